import type { ComponentType } from 'preact';
import { lazy, Suspense } from 'preact/compat';
import { useEffect, useState } from 'preact/hooks';
import { GlobePage } from './globe/globePage.tsx';
import { type Training, useTraining } from './train/useTraining.ts';

interface Page {
  readonly name: string;
  readonly title: string;
  readonly content: ComponentType<{ readonly training: Training }>;
}

const PAGES: readonly Page[] = [
  { name: 'globe', title: 'Earthquakes', content: GlobePage },
  { name: 'train', title: 'Train', content: lazy(() => import('./train/trainPage.tsx').then(({ TrainPage }) => ({ default: TrainPage }))) },
  {
    name: 'encoder',
    title: 'Digits',
    content: lazy(() => import('./encoder/encoderPage.tsx').then(({ EncoderPage }) => ({ default: EncoderPage }))),
  },
];

const current = (): Page => PAGES.find(({ name }) => location.hash === `#${name}`) ?? PAGES[0];

/** The page that the address names, and links to the others. */
export function App() {
  const [page, setPage] = useState(current());
  useEffect(() => {
    const follow = () => setPage(current());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  useEffect(() => {
    document.title = `${page.title} · tfjs-mvl`;
  }, [page]);
  const training = useTraining();
  const { content: Content } = page;
  return (
    <>
      <header class="top">
        <a class="brand" href="#globe">
          tfjs-mvl
        </a>
        <nav aria-label="Pages">
          {PAGES.map(({ name, title }) => (
            <a key={name} href={`#${name}`} aria-current={name === page.name ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <Suspense fallback={<p class="quiet">Loading…</p>}>
          <Content training={training} />
        </Suspense>
      </main>
      <footer>
        <p>Everything on this page is computed on this machine; nothing leaves it.</p>
      </footer>
    </>
  );
}
