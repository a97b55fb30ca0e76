import type { Graph } from '../ir/graph.ts';
import type { Node } from '../ir/node.ts';
import { formatSize } from '../ir/size.ts';
import { uniformValue, type Value } from '../ir/value.ts';
import { batchAxis, FREE, ROWS, type Role, ZERO } from './role.ts';
import { RULES, whole } from './rules.ts';

/** Each value's role in a traced graph; null where some value mixes the rows of the batch in a way that the rules cannot follow. */
export function rolesOf(graph: Graph, batch: string): ReadonlyMap<Value, Role> | null {
  const roles = new Map<Value, Role>();
  const axisOf = (value: Value): number | null => batchAxis(value, batch);
  const roleOf = (value: Value): Role => roles.get(value) ?? (uniformValue(value) === 0 ? ZERO : FREE);
  const sizeOf = (value: Value): string => formatSize(value.shape?.[axisOf(value) ?? 0] ?? 0);
  /** Only a reshape may join the rows with another axis. */
  const sizesKept = ({ op, inputs }: Node, output: Value): boolean =>
    op === 'Reshape' || inputs.every((value) => value === null || roleOf(value).kind !== 'rows' || sizeOf(value) === sizeOf(output));

  for (const { value } of graph.inputs) {
    const axis = axisOf(value);
    if (axis !== null && (Number.isNaN(axis) || sizeOf(value) !== batch)) return null;
    roles.set(value, axis === null ? FREE : ROWS);
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.filter((value) => value !== null);
    const rule = Object.hasOwn(RULES, node.op) ? RULES[node.op] : whole;
    for (const output of node.outputs) {
      const outputAxis = axisOf(output);
      if (Number.isNaN(outputAxis)) return null;
      const role = rule({ node, roles: inputs.map(roleOf), axes: inputs.map(axisOf), outputAxis, batch });
      if (role === null || (role.kind === 'rows') !== (outputAxis !== null)) return null;
      if (role.kind === 'rows' && !sizesKept(node, output)) return null;
      roles.set(output, role);
    }
  }
  return roles;
}
