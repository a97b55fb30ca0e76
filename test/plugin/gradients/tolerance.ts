/**
 * Relative error of a derivative against double precision. Single precision rounds by 6e-8; a third derivative passes through some hundred such
 * roundings, and sigmoid's through y(1 − y), which loses up to two digits at |u| ≈ 7. The worst measured is 4e-6, a wrong formula shows above 1e-2.
 */
export const TOLERANCE = 1e-5;
