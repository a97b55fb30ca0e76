/** Words of the command line, apart from what they stand for, so that `--help` need not load it. */
export const LOSSES = ['mvl-rld', 'mvl-ld', 'exact'] as const;
export type LossName = (typeof LOSSES)[number];

export const NOISES = ['rademacher', 'antithetic', 'gaussian'] as const;
export type NoiseName = (typeof NOISES)[number];

export const BACKENDS = ['auto', 'onnxruntime', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export const NETWORKS = ['auto', 'bumps', 'mlp', 'convolutional'] as const;
export type NetworkName = (typeof NETWORKS)[number];

export const LATENT_MODELS = ['implicit-vae', 'explicit-vae', 'wae-mvl', 'wae-gan', 'wae-mmd'] as const;
export type LatentName = (typeof LATENT_MODELS)[number];

export const MODELS = ['energy', ...LATENT_MODELS] as const;
export type ModelName = (typeof MODELS)[number];
