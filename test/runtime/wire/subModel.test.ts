import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { readCard } from '../../../runtime/card.ts';
import { samplerModel } from '../../../runtime/samplerModel.ts';
import { type OnnxFile, readOnnxFile } from '../../../runtime/wire/onnxFile.ts';
import { withOutputs } from '../../../runtime/wire/subModel.ts';
import { gaussian, onnxOf, vonMisesFisher } from '../../support/onnx/models.ts';
import { keepOnnx } from '../../support/onnxFiles.ts';

const read = (bytes: Uint8Array): OnnxFile => readOnnxFile(bytes, 'test');
const sphere = read(onnxOf(vonMisesFisher));
const card = readCard(sphere, 0);

/** Through onnx-buf, a protobuf implementation that is not ours. */
function summary(bytes: Uint8Array) {
  const { graph, functions }: ModelProto = fromBinary(ModelProtoSchema, bytes);
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);
  return {
    nodes: graph!.node.map(({ opType, input }) => `${opType}(${input.join(', ')})`),
    inputs: names(graph!.input),
    outputs: names(graph!.output),
    initializers: names(graph!.initializer),
    functions: names(functions),
  };
}

describe('readOnnxFile', () => {
  it('reads names, types and shapes', () => {
    expect(sphere.inputs).toEqual([{ name: 'x', float: true, shape: ['batch', 3] }]);
    expect(sphere.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['energy', ['batch']],
      ['score', ['batch', 3]],
    ]);
    expect([...sphere.initializers]).toEqual(['negative', 'pull', 'axis']);
    expect(sphere.opsets).toEqual(
      new Map([
        ['', 21],
        ['tfjs_mvl', 1],
      ]),
    );
    expect(sphere.metadata.get('manifold')).toBe('sphere:2');
  });

  it('reads an open shape as such', () => {
    const model = fromBinary(ModelProtoSchema, onnxOf(gaussian));
    model.graph!.input.push(create(ValueInfoProtoSchema, { name: 'untyped' }));
    expect(read(toBinary(ModelProtoSchema, model)).inputs[1]).toEqual({ name: 'untyped', float: false, shape: [] });
  });
});

describe('sub-models', () => {
  it('are left for the ONNX checker, which wants them whole', () => {
    for (const spec of [vonMisesFisher, gaussian]) {
      const bytes = onnxOf(spec);
      const file = read(bytes);
      const parts = {
        file: bytes,
        energy: withOutputs(file, ['energy']),
        score: withOutputs(file, ['score']),
        step: samplerModel(file, readCard(file, 0), 'step'),
        start: samplerModel(file, readCard(file, 0), 'start'),
      };
      for (const [part, model] of Object.entries(parts)) {
        keepOnnx(`runtime-${spec.metadata!.name}-${part}`, model);
        expect(read(model).metadata.get('name')).toBe(spec.metadata!.name);
      }
    }
  });

  it('keep what the energy needs', () => {
    expect(summary(withOutputs(sphere, ['energy']))).toEqual({
      nodes: ['MatMul(x, negative)', 'Squeeze(column, axis)'],
      inputs: ['x'],
      outputs: ['energy'],
      initializers: ['negative', 'axis'],
      functions: [],
    });
  });

  it('keep the functions that the score calls', () => {
    expect(summary(withOutputs(sphere, ['score']))).toEqual({
      nodes: ['Tangent(x, pull, axis)'],
      inputs: ['x'],
      outputs: ['score'],
      initializers: ['pull', 'axis'],
      functions: ['Tangent'],
    });
  });

  it('keep everything for all outputs but the sampler', () => {
    const whole = summary(withOutputs(sphere, ['energy', 'score']));
    expect(whole).toEqual({ ...summary(onnxOf(vonMisesFisher)), functions: ['Tangent'] });
  });

  it('call the step, with the functions that it calls in turn', () => {
    expect(summary(samplerModel(sphere, card, 'step'))).toEqual({
      nodes: ['Step(x, noise, stepSize, pull, axis)'],
      inputs: ['x', 'noise', 'stepSize'],
      outputs: ['next'],
      initializers: ['pull', 'axis'],
      functions: ['Tangent', 'Step'],
    });
  });

  it('call the start', () => {
    expect(summary(samplerModel(sphere, card, 'start'))).toEqual({
      nodes: ['Start(noise, axis)'],
      inputs: ['noise'],
      outputs: ['x'],
      initializers: ['axis'],
      functions: ['Start'],
    });
  });

  it('keep metadata and versions', () => {
    const { metadataProps, irVersion, opsetImport } = fromBinary(ModelProtoSchema, withOutputs(sphere, ['energy']));
    expect(metadataProps).toHaveLength(Object.keys(vonMisesFisher.metadata!).length);
    expect([irVersion, opsetImport.length]).toEqual([10n, 2]);
  });

  it('keep what the branches of a node take from outside', () => {
    const model = fromBinary(ModelProtoSchema, onnxOf(gaussian));
    const named = (names: readonly string[]) => names.map((name) => create(ValueInfoProtoSchema, { name }));
    const branch = (name: string, g: { input: string[]; output: string[] } | null, output: string) =>
      create(AttributeProtoSchema, {
        name,
        type: AttributeProto_AttributeType.GRAPH,
        g: create(GraphProtoSchema, {
          name,
          node: g === null ? [] : [create(NodeProtoSchema, { opType: 'Tangent', domain: 'tfjs_mvl', ...g })],
          output: named([output]),
        }),
      });
    model.functions = fromBinary(ModelProtoSchema, onnxOf(vonMisesFisher)).functions;
    model.graph!.node.push(
      create(NodeProtoSchema, {
        opType: 'If',
        input: ['half'],
        output: ['chosen'],
        attribute: [branch('then_branch', { input: ['mean'], output: ['inner'] }, 'inner'), branch('else_branch', null, 'precision')],
      }),
    );
    model.graph!.output.push(...named(['chosen']));
    model.graph!.valueInfo.push(...named(['chosen', 'offset']));
    const cut = withOutputs(read(toBinary(ModelProtoSchema, model)), ['chosen']);
    expect(summary(cut)).toMatchObject({ nodes: ['If(half)'], initializers: ['mean', 'precision', 'half'], functions: ['Tangent'] });
    expect(fromBinary(ModelProtoSchema, cut).graph!.valueInfo.map(({ name }) => name)).toEqual(['chosen']);
  });
});
