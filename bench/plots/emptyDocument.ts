import { parseHTML } from 'linkedom';

/** A page for Plot to draw in, outside browsers. Linkedom's has what Plot uses, though its type lacks much of a browser's. */
export const emptyDocument = (): Document => parseHTML('<html><body></body></html>').document as unknown as Document;
