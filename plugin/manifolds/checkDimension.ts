/** @throws RangeError where the dimension of a manifold is not a positive integer */
export function checkDimension(manifold: string, dimension: number): number {
  if (Number.isInteger(dimension) && dimension >= 1) return dimension;
  throw new RangeError(`${manifold}(${dimension}): the dimension must be an integer of at least 1.`);
}
