import { euclidean } from '../../../plugin/manifolds/euclidean.ts';
import { sphere } from '../../../plugin/manifolds/sphere.ts';
import { describeManifolds, type ManifoldCase } from '../../laws/manifoldLaws.ts';

const round = (n: number): ManifoldCase => ({
  manifold: sphere(n),
  ambientDim: n + 1,
  dim: n,
  defect: (y) => Math.abs(Math.hypot(...y) - 1),
  reach: 3,
});

describeManifolds([{ manifold: euclidean(3), ambientDim: 3, dim: 3, defect: () => 0, reach: 3 }, round(1), round(2), round(7)]);
