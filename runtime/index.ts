export type { Batch } from './batch.ts';
export type { ModelCard, NoiseCard, SamplerCard } from './card.ts';
export type { PointsInput } from './flatten.ts';
export type { LatentCard } from './latent/latentCard.ts';
export {
  type EncodeOptions,
  type GenerateOptions,
  type InterpolateOptions,
  type LoadedModel,
  type LoadOptions,
  loadModel,
} from './loadModel.ts';
export type { Backend, OrtLike, OrtSession, OrtTensor } from './ort.ts';
export type { ExecutionProvider, ProviderChoice, ProviderConfig } from './providers.ts';
export type { ChainOptions, FreshChains, GivenChains, SampleOptions } from './sampleOptions.ts';
export type { ModelSource } from './source.ts';
export type { NestedNumbers, TrainInput } from './train/copyNumbers.ts';
export { loadTrainSession, type TrainSessionOptions } from './train/loadTrainSession.ts';
export type { TrainInputs } from './train/readInputs.ts';
export type { TensorType } from './train/tensors.ts';
export type { NumberDefault, StateCard, TrainCard, TrainInputCard } from './train/trainCard.ts';
export type { ParameterValues, TrainSession } from './train/trainSession.ts';
export { loadModelInWorker } from './worker/loadModelInWorker.ts';
export type { Channel } from './worker/messages.ts';
export { type OrtPackage, serveModels } from './worker/serveModels.ts';
