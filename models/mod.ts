/**
 * The mathematics of the suite: layers, solvers, variational inference, linear algebra, ODE2VAE, GPPVAE,
 * DTSBN-S.
 *
 * @module
 */
export { arrayTypes, type HostArray, type HostArrays, type Tensors } from "./backend/tensors.ts";
export { type Backend, type BackendName, backendNames } from "./backend/backend.ts";
export type { CompiledStep, CompileOptions, ScanBody, ScanInputs } from "./backend/backend.ts";
export type { ScanOutputs, Step, TensorSpec, TensorSpecs } from "./backend/backend.ts";
export type { WhileBody, WhileInputs } from "./backend/backend.ts";
export type { OrtGpuName } from "./backend/select.ts";
export { selectBackend, type SelectOptions } from "./backend/select.ts";
export type { LoadedTensorflow, TensorflowModule } from "./backend/tensorflow.ts";
export { scan } from "./backend/scan.ts";
export { whileLoop } from "./backend/while_loop.ts";
export { valueAndGradients } from "./backend/engine.ts";

export { bayesianMlpKl, bayesianMlpSpecs, meanWeights } from "./nn/bayesian_mlp.ts";
export { sampleWeights, weightCount, type WeightShape, weightShapes } from "./nn/bayesian_mlp.ts";
export { batchNorm, type BatchNormOptions } from "./nn/batch_norm.ts";
export type { BatchNormParams, BatchNormState } from "./nn/batch_norm.ts";
export { type Activation, affine, conv2d, type ConvOptions, convTranspose2d } from "./nn/layers.ts";
export { dense, type PaddedConvOptions, perceptron } from "./nn/layers.ts";
export { groupNorm, groupNormSpecs } from "./nn/group_norm.ts";
export {
  constant,
  convSpec,
  convTransposeSpec,
  denseSpecs,
  initialise,
  linearSpecs,
  mlpSpecs,
} from "./nn/init.ts";
export type { Initializer, ParameterSpec } from "./nn/init.ts";

export type { AdaptiveOptions, AdaptiveSolution } from "./ode/adaptive.ts";
export { adjointFloat64, backpropFloat64, solveFloat64 } from "./ode/adaptive_float64.ts";
export type { Float64Field, Float64Gradient, Float64Problem } from "./ode/adaptive_float64.ts";
export type { Float64Solution, Float64Step } from "./ode/adaptive_float64.ts";
export { type AdjointOptions, odeSolveAdjoint, odeSolveBackprop } from "./ode/adjoint.ts";
export { type FixedStepProblem, solveFixedStep } from "./ode/fixed_step.ts";
export { autodiffTrace, type FieldActivation, fieldParams } from "./ode/second_order_mlp.ts";
export { hutchinsonTrace, type RowFunction, secondOrderField } from "./ode/second_order_mlp.ts";
export type { SecondOrderMlp, TraceMethod } from "./ode/second_order_mlp.ts";
export { rungeKuttaStep, type StepOptions, type VectorField } from "./ode/runge_kutta.ts";
export { BOSH3, DOPRI5, EULER, MIDPOINT, RK4 } from "./ode/tableaus.ts";
export type { EmbeddedPair } from "./ode/tableaus.ts";
export type { TimedField } from "./ode/timed_steps.ts";
export { type SolverName, type Tableau, tableau, TABLEAUS } from "./ode/tableaus.ts";

export { BERNOULLI_EPSILON, bernoulliLogLikelihood } from "./inference/densities.ts";
export {
  type DiagonalGaussian,
  gaussianKl,
  gaussianLogDensity,
  LOG_2_PI,
} from "./inference/densities.ts";
export { reparameterise, standardNormalKl } from "./inference/densities.ts";
export { standardNormalLogDensity } from "./inference/densities.ts";

export * from "./networks/frames.ts";
export * from "./networks/observation.ts";

export * from "./training/arrays.ts";
export * from "./training/classification.ts";
export * from "./training/density.ts";
export * from "./training/contexts.ts";
export * from "./training/each.ts";
export * from "./training/exhibit.ts";
export * from "./training/fit.ts";
export * from "./training/gradient_training.ts";
export * from "./training/json_number.ts";
export * from "./training/kept_parameters.ts";
export * from "./training/method.ts";
export * from "./training/network_training.ts";
export * from "./training/optimisers.ts";
export * from "./training/sequences.ts";
export * from "./training/settings.ts";

export type { Batch, BatchShape, Horizon, PathModel } from "./latent_paths/model.ts";
export { learningRate, subsequenceLength } from "./latent_paths/settings.ts";
export type { OptimisationSettings, SolverSettings } from "./latent_paths/settings.ts";
export { startPathTraining } from "./latent_paths/training.ts";

export { init, parameterSpecs, stateSpecs } from "./ode2vae/initialise.ts";
export { type Loss, loss, type LossTerms, type Noise } from "./ode2vae/loss.ts";
export { ode2vae, ode2vaeVectors } from "./ode2vae/method.ts";
export { latentPath, predict, type PredictOptions } from "./ode2vae/predict.ts";
export { validationLogLikelihood } from "./ode2vae/predict.ts";
export * from "./ode2vae/settings.ts";
export * from "./ode2vae/training_step.ts";

export { latentOde, latentOdeVectors } from "./latent_ode/method.ts";
export type { LatentOdeSettings } from "./latent_ode/settings.ts";
export { latentSde, latentSdeFrameContexts } from "./latent_ode/method.ts";
export { LATENT_SDE_SETTINGS, type LatentSdeSettings } from "./latent_ode/sde_settings.ts";

export { recurrentVae } from "./recurrent_vae/method.ts";
export { RECURRENT_VAE_SETTINGS } from "./recurrent_vae/settings.ts";

export { frobenius, identity, type Matrix, matrix, multiply } from "./linalg/matrix.ts";
export { multiplyTranspose, NumericalError, row, trace, transpose } from "./linalg/matrix.ts";
export { transposeMultiply } from "./linalg/matrix.ts";
export { checkSymmetric, cholesky, choleskyInverse, choleskySolve } from "./linalg/cholesky.ts";
export { logDeterminant, solveLower, solveLowerTransposed } from "./linalg/cholesky.ts";
export { lbfgsLengths, type LbfgsState, lbfgsStep } from "./linalg/lbfgs.ts";
export { minimise, type Objective, startLbfgs } from "./linalg/lbfgs.ts";
export { type PrincipalComponents, principalComponents } from "./linalg/principal_components.ts";

export { type Covariance, covarianceAt, factorColumns } from "./gppvae/covariance.ts";
export { type GpParameters, kernelParameters, NUGGET, variances } from "./gppvae/covariance.ts";
export { factorGram, factorTimes, factorTransposeTimes } from "./gppvae/covariance.ts";
export { codesOnGrid, initialObjectVectors } from "./gppvae/initial_vectors.ts";
export {
  covarianceLogDeterminant,
  factorCovariance,
  type FactoredCovariance,
  negativeLogLikelihood,
  solveCodes,
} from "./gppvae/likelihood.ts";
export { type CodeBatch, type CodeLoss, codeLoss, codeLossFunction } from "./gppvae/loss.ts";
export { decodeCodes, encodeCodes, initNetworks, networkSpecs } from "./gppvae/networks.ts";
export { normaliseRows, type UnitVectors } from "./gppvae/covariance.ts";
export type { Observations, Targets } from "./gppvae/covariance.ts";
export { gppvae } from "./gppvae/method.ts";
export { GPPVAE_SETTINGS } from "./gppvae/settings.ts";
export { predictCodes } from "./gppvae/likelihood.ts";
export { type GpTraining, startGpTraining, updateGp } from "./gppvae/process_training.ts";
export { GPPVAE_RMNIST_SETTINGS, type GppvaeSettings } from "./gppvae/settings.ts";
export { codeGradients, type GpGradient, type TaylorCoefficients } from "./gppvae/taylor.ts";
export { taylorCoefficients, taylorGradient } from "./gppvae/taylor.ts";
export { type ViewCovariance, viewCovariance } from "./gppvae/covariance.ts";
export { type ViewFactor, viewFactor } from "./gppvae/covariance.ts";

export { gpdm } from "./gpdm/method.ts";
export { GPDM_SETTINGS } from "./gpdm/settings.ts";

export { npode } from "./npode/method.ts";
export { NPODE_SETTINGS } from "./npode/settings.ts";

export { vgplvm } from "./vgplvm/method.ts";
export { VGPLVM_SETTINGS } from "./vgplvm/settings.ts";

export { cnf, planarFlow } from "./flows/method.ts";
export * from "./flows/settings.ts";
export { ddpae } from "./ddpae/method.ts";
export { DDPAE_SETTINGS, type DdpaeSettings } from "./ddpae/settings.ts";

export { dtsbn } from "./dtsbn/method.ts";
export * from "./dtsbn/loss.ts";
export * from "./dtsbn/network.ts";
export * from "./dtsbn/settings.ts";

export { recurrentLatentOde, recurrentNetwork } from "./recurrent/method.ts";
export { RECURRENT_LATENT_ODE_SETTINGS, RECURRENT_SETTINGS } from "./recurrent/settings.ts";
export type { RecurrentLatentOdeSettings, RecurrentSettings } from "./recurrent/settings.ts";

export { polynomial } from "./reference/polynomial.ts";
export { odenet } from "./odenet/method.ts";
export { ODENET_SETTINGS, type OdenetSettings } from "./odenet/settings.ts";

export { nearestMean } from "./reference/classification.ts";
export { vectorAutoregression } from "./reference/autoregression.ts";
export { bestGaussian, uniformDensity } from "./reference/density.ts";
export { lastPeriod, nearestTraining } from "./reference/extrapolation.ts";
export { lastFrame, linearInterpolation, meanImage, nearestAngle } from "./reference/method.ts";
export { observedMean, zero } from "./reference/method.ts";
export { principalComponentsFloor } from "./reference/reconstruction.ts";
