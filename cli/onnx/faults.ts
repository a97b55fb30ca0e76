import type { GraphProto, ModelProto, NodeProto } from 'onnx-buf';

/** An op of a domain, as calls and definitions are matched. */
const key = (domain: string, name: string): string => `${domain === 'ai.onnx' ? '' : domain}:${name}`;

const shown = ({ opType, name }: NodeProto): string => `node ${opType}${name && ` "${name}"`}`;

/** What names a graph inside a node (a branch, a loop's body) takes from around it is not looked at. */
function nodeFaults(nodes: readonly NodeProto[], given: Iterable<string>, results: readonly string[], where: string): string[] {
  const known = new Set(given);
  const faults: string[] = [];
  for (const node of nodes) {
    for (const input of node.input.filter((name) => name !== '' && !known.has(name)))
      faults.push(`${where}: ${shown(node)} reads "${input}", which nothing before it makes`);
    for (const output of node.output.filter((name) => name !== '')) {
      if (known.has(output)) faults.push(`${where}: ${shown(node)} makes "${output}" a second time`);
      known.add(output);
    }
  }
  for (const result of results.filter((name) => !known.has(name))) faults.push(`${where}: nothing makes the output "${result}"`);
  return faults;
}

/** Bytes of a number of each TensorProto.DataType. */
const BYTES: Readonly<Record<number, number>> = { 1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8 };

const weightFaults = ({ initializer }: GraphProto): string[] =>
  initializer.flatMap(({ name, dims, dataType, rawData }) => {
    const expected = dims.reduce((product, d) => product * Number(d), 1) * (BYTES[dataType] ?? 0);
    return rawData.length > 0 && BYTES[dataType] && rawData.length !== expected
      ? [`initializer "${name}" [${dims.join(', ')}] has ${rawData.length} bytes instead of ${expected}`]
      : [];
  });

function domainFaults({ graph, functions, opsetImport }: ModelProto): string[] {
  const imported = new Set(opsetImport.map(({ domain }) => key(domain, '')));
  const local = new Set(functions.map(({ domain, name }) => key(domain, name)));
  const nodes = [...(graph?.node ?? []), ...functions.flatMap(({ node }) => node)];
  return nodes.flatMap((node) => {
    if (!imported.has(key(node.domain, ''))) return [`${shown(node)} is of the domain "${node.domain}", which the file does not import`];
    const ours = functions.some(({ domain }) => domain === node.domain);
    return ours && !local.has(key(node.domain, node.opType)) ? [`${shown(node)} calls a function that the file does not have`] : [];
  });
}

/** What is wrong with the structure of a model: names, order of nodes, operator sets, sizes of weights. */
export function structureFaults(model: ModelProto): string[] {
  const { graph, functions } = model;
  if (graph === undefined) return ['there is no graph'];
  const given = [...graph.input, ...graph.initializer].map(({ name }) => name);
  return [
    ...(model.irVersion > 0n ? [] : ['the IR version is missing']),
    ...domainFaults(model),
    ...weightFaults(graph),
    ...nodeFaults(
      graph.node,
      given,
      graph.output.map(({ name }) => name),
      'graph',
    ),
    ...functions.flatMap(({ name, input, output, node }) => nodeFaults(node, input, output, `function ${name}`)),
  ];
}
