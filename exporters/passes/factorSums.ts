import type { Graph } from '../ir/graph.ts';
import { estimateCost } from './estimateCost.ts';
import { groupFactors } from './groupFactors.ts';
import { hoistScales } from './hoistScales.ts';
import { knownSums } from './knownSums.ts';
import { mergeProducts, type Preference } from './mergeProducts.ts';
import { shareCommonSubexpressions } from './shareCommonSubexpressions.ts';
import { shareFactors } from './shareFactors.ts';

/** More steps than any graph needs; each one leaves fewer products. */
const LIMIT = 1000;

function factored(graph: Graph, prefer: Preference): Graph {
  const sums = knownSums();
  let current = graph;
  for (let step = 0; step < LIMIT; step++) {
    const next: Graph | null = mergeProducts(current, sums, prefer) ?? groupFactors(current, sums);
    if (next === null) break;
    current = next;
  }
  return shareFactors(shareCommonSubexpressions(hoistScales(current)));
}

/**
 * A·B + A·C = A·(B + C) for matrix products, elementwise products and reductions: a training step adds up the gradient's contributions from
 * each use of a weight, which are products with the same activations. Elementwise sums are grouped only where no product can be saved, since
 * that may bring products into one sum. Steps are greedy, in two orders; the cheapest graph is kept, the first one included.
 */
export function factorSums(graph: Graph): Graph {
  const forms = [graph, factored(graph, 'places'), factored(graph, 'gain')];
  const costs = forms.map(estimateCost);
  return forms[costs.indexOf(Math.min(...costs))];
}
