import { create, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { describe as describeModel } from '../../cli/onnx/describe.ts';
import { structureFaults } from '../../cli/onnx/faults.ts';
import { portOf } from '../../cli/onnx/readModel.ts';

const FLOAT = 1;

/** y = f(relu(x)) · w with a local function f, in protobuf's JSON. */
const graph = {
  input: [{ name: 'x' }],
  output: [{ name: 'y' }],
  initializer: [{ name: 'w', dims: ['2'], dataType: FLOAT, rawData: btoa('8 bytes.') }],
  node: [
    { opType: 'Relu', input: ['x'], output: ['a'] },
    { opType: 'f', domain: 'own', input: ['a', ''], output: ['b'] },
    { opType: 'Mul', name: 'last', input: ['b', 'w'], output: ['y'] },
  ],
};

const sound: JsonObject = {
  irVersion: '10',
  opsetImport: [
    { domain: '', version: '21' },
    { domain: 'own', version: '1' },
  ],
  graph,
  functions: [{ domain: 'own', name: 'f', input: ['u'], output: ['v'], node: [{ opType: 'Neg', input: ['u'], output: ['v'] }] }],
};

const modelOf = (change: JsonObject) => fromJson(ModelProtoSchema, { ...sound, ...change });
const faultsOf = (change: JsonObject) => structureFaults(modelOf(change));

describe('structureFaults', () => {
  it('finds none in a sound model', () => {
    expect(faultsOf({})).toEqual([]);
  });

  it.each([
    ['no graph', { graph: null }, ['there is no graph']],
    ['no IR version', { irVersion: '0' }, ['the IR version is missing']],
    [
      'nodes out of order',
      { graph: { ...graph, node: [...graph.node].reverse() } },
      [/"last" reads "b", which nothing before it makes/, /f reads "a"/],
    ],
    ['a value made twice', { graph: { ...graph, node: [...graph.node, graph.node[0]] } }, [/node Relu makes "a" a second time/]],
    ['an output that nothing makes', { graph: { ...graph, output: [{ name: 'z' }] } }, [/nothing makes the output "z"/]],
    [
      'a domain that is not imported',
      { opsetImport: [{ domain: '', version: '21' }] },
      [/node f is of the domain "own", which the file does not import/],
    ],
    ['a function that is missing', { functions: [{ domain: 'own', name: 'g' }] }, [/node f calls a function that the file does not have/]],
    [
      'a function that does not work out',
      { functions: [{ domain: 'own', name: 'f', output: ['v'] }] },
      [/function f: nothing makes the output "v"/],
    ],
    [
      'weights cut short',
      { graph: { ...graph, initializer: [{ name: 'w', dims: ['3'], dataType: FLOAT, rawData: btoa('8 bytes.') }] } },
      [/initializer "w" \[3\] has 8 bytes instead of 12/],
    ],
  ])('finds %s', (_, change, messages) => {
    const faults = faultsOf(change);
    expect(faults).toHaveLength(messages.length);
    for (const [i, message] of messages.entries()) expect(faults[i]).toMatch(message);
  });
});

describe('describe', () => {
  it('counts operators, functions and parameters, and parses the card', () => {
    const model = modelOf({
      producerName: 'somebody',
      metadataProps: [
        { key: 'name', value: 'plain' },
        { key: 'epsilon', value: '0.5' },
      ],
    });
    expect(describeModel({ path: 'm.onnx', size: 7, model })).toMatchObject({
      file: 'm.onnx',
      bytes: 7,
      irVersion: 10,
      opsets: { onnx: 21, own: 1 },
      producer: 'somebody',
      card: { name: 'plain', epsilon: 0.5 },
      nodes: { Mul: 1, Relu: 1, f: 1 },
      functions: [{ name: 'own.f', inputs: ['u'], nodes: { Neg: 1 } }],
      parameters: 2,
      latent: null,
    });
  });

  it('names types and sizes, known or not', () => {
    const dim = [{ dimParam: 'batch' }, { dimValue: '3' }, {}];
    const port = (name: string, tensorType: JsonObject) => portOf(fromJson(ValueInfoProtoSchema, { name, type: { tensorType } }));
    expect(port('x', { elemType: FLOAT, shape: { dim } })).toEqual({ name: 'x', type: 'float32', shape: ['batch', 3, '?'] });
    expect(port('s', { elemType: 99 })).toEqual({ name: 's', type: 'type 99', shape: [] });
    expect(portOf(create(ValueInfoProtoSchema, { name: 'n' })).type).toBe('unknown');
  });
});
