import type { OnnxFile } from '../wire/onnxFile.ts';
import { withCall } from '../wire/subModel.ts';
import type { LatentCard } from './latentCard.ts';

type Shapes = Readonly<Record<string, readonly (number | string)[]>>;

/** A function of a latent variable model's file: its own inputs and its outputs. */
interface Signature {
  readonly inputs: Shapes;
  readonly outputs: Shapes;
}

export type LatentFunction = 'decoder' | 'prior' | 'geodesic' | 'estimator';

/** What the functions take and give. The estimator takes data only where codes' law depends on them. */
function signatureOf({ columns, codes, functions }: LatentCard, name: LatentFunction): Signature {
  const [code, data] = [
    ['batch', codes],
    ['batch', columns],
  ];
  switch (name) {
    case 'decoder':
      return { inputs: { z: code }, outputs: { x: data } };
    case 'prior':
      return { inputs: { noise: code }, outputs: { z: code } };
    case 'geodesic':
      return { inputs: { from: code, to: code, t: ['batch', 1] }, outputs: { z: code } };
    default:
      return { inputs: { z: code, ...(functions.estimator.includes('x') && { x: data }) }, outputs: { energy: ['batch'], score: code } };
  }
}

/** The model of one of the file's functions, with its own initializers only. */
export function latentFunction(file: OnnxFile, card: LatentCard, name: LatentFunction): Uint8Array {
  return withCall(file, { domain: card.domain, name, arguments: card.functions[name], ...signatureOf(card, name) });
}
