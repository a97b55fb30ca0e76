export type { Batch } from './batch.ts';
export type { ModelCard, NoiseCard, SamplerCard } from './card.ts';
export type { PointsInput } from './flatten.ts';
export { type LoadedModel, type LoadOptions, loadModel } from './loadModel.ts';
export type { Backend, OrtLike, OrtSession, OrtTensor } from './ort.ts';
export type { ExecutionProvider, ProviderChoice, ProviderConfig } from './providers.ts';
export type { SampleOptions } from './sampleOptions.ts';
export type { ModelSource } from './source.ts';
