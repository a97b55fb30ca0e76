import { pathToFileURL } from 'node:url';

const home = pathToFileURL(new URL('../.tfjs-node/package.json', import.meta.url).pathname).href;

/** Everything shares the copy of tfjs that tfjs-node was built beside: two copies know nothing of each other's backends. */
export const resolve = (specifier, context, next) =>
  next(specifier, /^@tensorflow\/tfjs(-node)?$/.test(specifier) ? { ...context, parentURL: home } : context);
