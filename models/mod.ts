/**
 * The mathematics of the suite: layers, solvers, variational inference, linear algebra, ODE2VAE, GPPVAE.
 *
 * @module
 */
export { arrayTypes, type HostArray, type HostArrays, type Tensors } from "./backend/tensors.ts";
export type { Backend, CompiledStep, CompileOptions, Step } from "./backend/backend.ts";
export type { TensorSpec, TensorSpecs } from "./backend/backend.ts";
export { type BackendName, backendNames } from "./backend/names.ts";
export type { OrtGpuName } from "./backend/select.ts";
export { selectBackend, type SelectOptions } from "./backend/select.ts";
export type { LoadedTensorflow, TensorflowModule } from "./backend/tensorflow.ts";
export { scan, type ScanBody, type ScanInputs, type ScanOutputs } from "./backend/scan.ts";
export { valueAndGradients } from "./backend/value_and_gradients.ts";

export { bayesianMlpKl, bayesianMlpSpecs, meanWeights } from "./nn/bayesian_mlp.ts";
export { sampleWeights, weightCount, type WeightShape, weightShapes } from "./nn/bayesian_mlp.ts";
export { batchNorm, type BatchNormOptions } from "./nn/batch_norm.ts";
export type { BatchNormParams, BatchNormState } from "./nn/batch_norm.ts";
export { conv2d, type ConvOptions, convTranspose2d } from "./nn/conv.ts";
export { type Activation, affine, dense } from "./nn/dense.ts";
export { constant, convSpec, convTransposeSpec, denseSpecs, initialise } from "./nn/init.ts";
export type { Initializer, ParameterSpec } from "./nn/init.ts";

export { type AdaptiveProblem, type AdaptiveSolution, solveAdaptive } from "./ode/adaptive.ts";
export { type FixedStepProblem, solveFixedStep } from "./ode/fixed_step.ts";
export { autodiffTrace, hutchinsonTrace, type RowFunction } from "./ode/jacobian_trace.ts";
export { rungeKuttaStep, type StepOptions, type VectorField } from "./ode/runge_kutta.ts";
export { fieldParams, secondOrderField, type SecondOrderMlp } from "./ode/second_order_mlp.ts";
export type { FieldActivation, TraceMethod } from "./ode/second_order_mlp.ts";
export { PI_CONTROLLER, STANDARD_CONTROLLER } from "./ode/step_controller.ts";
export { type StepController, stepFactor } from "./ode/step_controller.ts";
export { DOPRI5, EULER, MIDPOINT, RK4 } from "./ode/tableaus.ts";
export { type Method, type Tableau, tableau, TABLEAUS } from "./ode/tableaus.ts";

export { BERNOULLI_EPSILON, bernoulliLogLikelihood } from "./inference/bernoulli.ts";
export { type DiagonalGaussian, gaussianLogDensity, LOG_2_PI } from "./inference/gaussian.ts";
export {
  reparameterise,
  standardNormalKl,
  standardNormalLogDensity,
} from "./inference/gaussian.ts";

export * from "./networks/frames.ts";

export * from "./training/arrays.ts";
export * from "./training/exhibit.ts";
export * from "./training/gradient_training.ts";
export * from "./training/json_number.ts";
export * from "./training/kept_parameters.ts";
export * from "./training/method.ts";
export * from "./training/network_training.ts";
export * from "./training/optimisers.ts";
export * from "./training/sequences.ts";
export * from "./training/settings.ts";

export { init, parameterSpecs, stateSpecs } from "./ode2vae/initialise.ts";
export { type Batch, type Loss, loss, type LossTerms, type Noise } from "./ode2vae/loss.ts";
export { IMAGE_SETTINGS, ode2vae, ode2vaeVectors, VECTOR_SETTINGS } from "./ode2vae/method.ts";
export { latentPath, predict, type PredictOptions } from "./ode2vae/predict.ts";
export { validationLogLikelihood } from "./ode2vae/predict.ts";
export * from "./ode2vae/settings.ts";
export * from "./ode2vae/training_step.ts";

export { identity, type Matrix, matrix, row, trace, transpose } from "./linalg/matrix.ts";
export { cholesky, choleskyInverse, choleskySolve, logDeterminant } from "./linalg/cholesky.ts";
export { frobenius, multiply, multiplyTranspose, transposeMultiply } from "./linalg/products.ts";
export { type PrincipalComponents, principalComponents } from "./linalg/principal_components.ts";
export { NumericalError } from "./linalg/numerical_error.ts";
export { checkSymmetric } from "./linalg/symmetric.ts";
export { solveLower, solveLowerTransposed } from "./linalg/triangular.ts";

export { type Covariance, covarianceAt, factorColumns } from "./gppvae/covariance.ts";
export { type GpParameters, kernelParameters, NUGGET, variances } from "./gppvae/covariance.ts";
export { factorGram, factorTimes, factorTransposeTimes } from "./gppvae/factor_products.ts";
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
export { normaliseRows, type UnitVectors } from "./gppvae/object_vectors.ts";
export type { Observations, Targets } from "./gppvae/observations.ts";
export { gppvae, GPPVAE_SETTINGS } from "./gppvae/method.ts";
export { predictCodes } from "./gppvae/posterior.ts";
export { type GpTraining, startGpTraining, updateGp } from "./gppvae/process_training.ts";
export { GPPVAE_RMNIST_SETTINGS, type GppvaeSettings } from "./gppvae/settings.ts";
export { codeGradients, type GpGradient, type TaylorCoefficients } from "./gppvae/taylor.ts";
export { taylorCoefficients, taylorGradient } from "./gppvae/taylor.ts";
export { type ViewCovariance, viewCovariance } from "./gppvae/view_covariance.ts";
export { type ViewFactor, viewFactor } from "./gppvae/view_covariance.ts";

export { linearInterpolation, meanImage, nearestAngle } from "./reference/method.ts";
