import type { Graph } from '../ir/graph.ts';
import type { Assignment } from '../ir/size.ts';
import { specialise } from '../ir/specialise.ts';
import { lower } from '../lowerings/lower.ts';
import { optimise } from '../passes/index.ts';
import { STEP_PASSES } from '../passes/stepPasses.ts';

/** A traced graph as it runs: at given sizes, in ONNX operators, optimised. */
export const buildProgram = (graph: Graph, sizes: Assignment = {}): Graph => optimise(lower(specialise(graph, sizes)), STEP_PASSES);
