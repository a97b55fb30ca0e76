/** A difference between traces that no graph with symbolic sizes can have. */
export class Ungeneralisable extends Error {}
