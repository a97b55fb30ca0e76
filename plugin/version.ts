/** This package's version, as written into saved models and exported files. */
export const VERSION = '0.1.0';
