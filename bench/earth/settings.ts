/**
 * Finest detail in radians, 1 km on the Earth, as wide as a pixel of the satellite that saw the fires: what is evaluated is the density of events that
 * were moved about by as much. Where places recur, as those of volcanoes do, likelihoods have no limit but that.
 */
export const FINEST = 1 / 6371;

/** Other details at which the same densities are evaluated: 3, 10 and 30 km. */
export const DETAILS = [3 / 6371, 10 / 6371, 30 / 6371] as const;

/** The coarsest noise level in radians: of this width the four densities differ little from a uniform one. */
export const COARSEST = 0.5;

/** Widths that the kernels begin with, in radians. */
export const WIDTHS = [0.0005, 0.002, 0.007, 0.025, 0.08, 0.3] as const;

/** How strongly the kernels are narrower where events are dense, at first: width ∝ density^(−exponent). Abramson 1982. */
export const EXPONENT = 0.5;

/** Width in radians of the kernels that tell how dense events are around each event. */
export const NEIGHBOURHOOD = 0.02;

/** Share of the uniform density in the second kernel estimate. */
export const BACKGROUND = 0.03;
