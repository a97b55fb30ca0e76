import { render } from 'preact';
import { App } from './app.tsx';
import './styles.css';

render(<App />, document.getElementById('app') as HTMLElement);
if ('serviceWorker' in navigator && import.meta.env.MODE === 'production') navigator.serviceWorker.register('./offline.js');
