export type PageName = 'harness' | 'example';

/** The environment variable with a page's address: jest's own world cannot run Vite, which serves from outside of it. */
export const addressOf = (page: PageName, isolated: boolean): string => `TFJS_MVL_${page}_${isolated ? 'isolated' : 'plain'}`.toUpperCase();

/** Where a built page is served. @param isolated with the headers that wasm's threads need */
export const siteOf = (page: PageName, isolated: boolean): string => process.env[addressOf(page, isolated)] as string;
