export { type ActiveUnits, type ActiveUnitsOptions, activeUnits } from '../metrics/activeUnits.ts';
export { type AnnealingEstimate, annealedImportanceSampling } from '../metrics/annealedImportanceSampling.ts';
export type { AnnealingBase, GivenEnergy } from '../metrics/annealing/base.ts';
export type { AnnealingRun } from '../metrics/annealing/estimate.ts';
export type { AnnealingOptions } from '../metrics/annealing/options.ts';
export type { Temperatures } from '../metrics/annealing/temperatures.ts';
export type { Bootstrap } from '../metrics/bootstrapWeights.ts';
export { type Box, boxQuadrature } from '../metrics/boxQuadrature.ts';
export type { Chains } from '../metrics/chains.ts';
export { type EffectiveSampleSizeOptions, effectiveSampleSize } from '../metrics/effectiveSampleSize.ts';
export type { AnyEnergy } from '../metrics/energyValues.ts';
export { type Features, type FrechetDistance, type FrechetOptions, frechetDistance } from '../metrics/frechetDistance.ts';
export { type KernelDensity, type KernelDensityOptions, kernelDensity } from '../metrics/kernelDensity.ts';
export { klDivergence } from '../metrics/klDivergence.ts';
export { type KsdTestOptions, type KsdTestResult, ksdTest, type Scoring } from '../metrics/ksdTest.ts';
export type { LatentDensity } from '../metrics/latentDensity.ts';
export {
  type LatentLikelihood,
  type LatentLikelihoodOptions,
  latentLikelihood,
} from '../metrics/latentLikelihood.ts';
export { logPartition } from '../metrics/logPartition.ts';
export { type Discrepancy, type DiscrepancyOptions, maximumMeanDiscrepancy, type PairKernel } from '../metrics/maximumMeanDiscrepancy.ts';
export {
  type BlurredScore,
  type MutualInformation,
  type MutualInformationOptions,
  mutualInformation,
  type PairScores,
} from '../metrics/mutualInformation.ts';
export type { Nats } from '../metrics/nats.ts';
export { likelihoodMetric, negativeLogLikelihood } from '../metrics/negativeLogLikelihood.ts';
export {
  type BlurredEnergies,
  type ProbabilityFlowLikelihood,
  type ProbabilityFlowOptions,
  probabilityFlowLikelihood,
} from '../metrics/probabilityFlow.ts';
export type { Quadrature } from '../metrics/quadrature.ts';
export { type ReconstructionOptions, reconstructionNats } from '../metrics/reconstructionNats.ts';
export { rHat } from '../metrics/rHat.ts';
export type { QuadratureOptions } from '../metrics/settle.ts';
export { sphereQuadrature } from '../metrics/sphereQuadrature.ts';
export { torusQuadrature } from '../metrics/torusQuadrature.ts';
export type { Distribution } from '../random/fill.ts';
export { type RandomStream, randomStream } from '../random/stream.ts';
export { type BirthDeathOptions, birthDeath } from './dynamics/birthDeath.ts';
export { type SampleOptions, sample } from './dynamics/chain.ts';
export type { Dynamics, Step, Weights } from './dynamics/dynamics.ts';
export { type HmcOptions, hmc } from './dynamics/hmc.ts';
export { langevin } from './dynamics/langevin.ts';
export { mala } from './dynamics/mala.ts';
export { type RiemannianLangevinOptions, riemannianLangevin } from './dynamics/riemannianLangevin.ts';
export { type SposOptions, spos } from './dynamics/spos.ts';
export { type SvgdOptions, svgd } from './dynamics/svgd.ts';
export { type BumpEnergyOptions, bumpEnergy } from './energy/bumpEnergy.ts';
export { type ConditionalEnergyOptions, conditionalEnergy } from './energy/conditionalEnergy.ts';
export type { ConditionalEnergy, Energy } from './energy/energy.ts';
export {
  type CompileOptions,
  type EnergyModel,
  type EnergyModelOptions,
  type EnergySampleOptions,
  energyModel,
  type LossOption,
  loadEnergyModel,
} from './energy/energyModel.ts';
export { folderHandler } from './energy/folderHandler.ts';
export { type MlpEnergyOptions, mlpEnergy } from './energy/mlpEnergy.ts';
export type { NoiseLevels } from './energy/noiseLevels.ts';
export type { Points } from './energy/points.ts';
export { EnergyHead, type EnergyHeadConfig } from './layers/EnergyHead.ts';
export { GatedFourierFeatures, type GatedFourierFeaturesConfig } from './layers/GatedFourierFeatures.ts';
export { ManifoldNoise, type ManifoldNoiseConfig } from './layers/ManifoldNoise.ts';
export type { LossName, LossSettings } from './layers/namedObjectives.ts';
export { ObjectiveLayer, type ObjectiveLayerConfig } from './layers/ObjectiveLayer.ts';
export { PeriodicFeatures, type PeriodicFeaturesConfig } from './layers/PeriodicFeatures.ts';
export { RandomFourierFeatures, type RandomFourierFeaturesConfig } from './layers/RandomFourierFeatures.ts';
export { ScoreLayer, type ScoreLayerConfig } from './layers/ScoreLayer.ts';
export { SphereProjection, type SphereProjectionConfig } from './layers/SphereProjection.ts';
export { SphericalBumps, type SphericalBumpsConfig } from './layers/SphericalBumps.ts';
export { type ContrastiveOptions, contrastiveDivergence } from './losses/contrastiveDivergence.ts';
export { dataScale, suggestEpsilon } from './losses/dataScale.ts';
export { denoisingLoss } from './losses/denoisingLoss.ts';
export { type DenoisingPairsOptions, denoisingPairs } from './losses/denoisingPairs.ts';
export { type DenoisingOptions, denoisingScoreMatching } from './losses/denoisingScoreMatching.ts';
export { detach } from './losses/detach.ts';
export { entropySurrogate } from './losses/entropySurrogate.ts';
export { type ErrorBudget, errorBudget } from './losses/errorBudget.ts';
export { exactScoreMatching } from './losses/exactScoreMatching.ts';
export { heldFixed } from './losses/heldFixed.ts';
export { laplacian } from './losses/laplacian.ts';
export { meanOutput } from './losses/meanOutput.ts';
export { minimumVelocity } from './losses/minimumVelocity.ts';
export { type MvlBirthDeathOptions, mvlBirthDeath } from './losses/mvlBirthDeath.ts';
export { mvlLd } from './losses/mvlLd.ts';
export { type MvlRldOptions, mvlRld } from './losses/mvlRld.ts';
export { type MvlSposOptions, mvlSpos } from './losses/mvlSpos.ts';
export type { Objective } from './losses/objective.ts';
export {
  type PersistentObjective,
  type PersistentOptions,
  persistentContrastiveDivergence,
} from './losses/persistentContrastiveDivergence.ts';
export { scoreOf } from './losses/scoreOf.ts';
export type { Sigmas } from './losses/sigmaSchedule.ts';
export { type SlicedOptions, slicedScoreMatching } from './losses/slicedScoreMatching.ts';
export { ssmVr } from './losses/ssmVr.ts';
export { type SvgdKsdOptions, svgdKsd } from './losses/svgdKsd.ts';
export { type VelocityOptions, type VelocitySamples, velocitySamples } from './losses/velocitySamples.ts';
export { type Chart, type ChartOptions, chart, type Metric } from './manifolds/chart.ts';
export { checkPoints } from './manifolds/checkPoints.ts';
export { euclidean } from './manifolds/euclidean.ts';
export { heatSteps } from './manifolds/heatSteps.ts';
export { type HyperbolicOptions, hyperbolic } from './manifolds/hyperbolic.ts';
export type { Manifold } from './manifolds/manifold.ts';
export { parseManifold } from './manifolds/parseManifold.ts';
export { product } from './manifolds/product.ts';
export { simplex } from './manifolds/simplex.ts';
export { smooth } from './manifolds/smooth.ts';
export { so3 } from './manifolds/so3.ts';
export { spd } from './manifolds/spd.ts';
export { sphere } from './manifolds/sphere.ts';
export { stiefel } from './manifolds/stiefel.ts';
export { anglesOf, fromAngles, torus } from './manifolds/torus.ts';
export { drawNoise } from './noise/drawNoise.ts';
export { gaussian } from './noise/gaussian.ts';
export type { NoiseSpec } from './noise/noiseSpec.ts';
export { rademacher } from './noise/rademacher.ts';
export { register } from './register.ts';
export type { Bandwidth } from './stein/bandwidth.ts';
export { type ImqOptions, imq } from './stein/imq.ts';
export { type RbfOptions, rbf } from './stein/rbf.ts';
export type { SteinKernel, SteinPairs } from './stein/steinKernel.ts';
export { type CheckpointStore, fileStore } from './training/checkpointStore.ts';
export type { Evaluation, Executor, StepInput, StepProgram, StepRunner } from './training/executor.ts';
export type {
  CheckpointOptions,
  FitCallback,
  FitHistory,
  FitOptions,
  Smoothing,
  ValidationMetric,
  ValidationTools,
} from './training/fitOptions.ts';
export { TrainingInterrupted } from './training/interrupts.ts';
export type { RunSummary, TrainingSummary } from './training/summary.ts';
export { VERSION } from './version.ts';
