/**
 * The mathematics of the suite: layers, solvers, variational inference, linear algebra, ODE2VAE, GPPVAE.
 *
 * @module
 */
export { arrayTypes, type HostArray, type HostArrays, type Tensors } from "./backend/tensors.ts";
export { type Backend, type BackendName, backendNames } from "./backend/backend.ts";
export type { CompiledStep, CompileOptions, ScanBody, ScanInputs } from "./backend/backend.ts";
export type { ScanOutputs, Step, TensorSpec, TensorSpecs } from "./backend/backend.ts";
export type { OrtGpuName } from "./backend/select.ts";
export { selectBackend, type SelectOptions } from "./backend/select.ts";
export type { LoadedTensorflow, TensorflowModule } from "./backend/tensorflow.ts";
export { scan } from "./backend/scan.ts";
export { valueAndGradients } from "./backend/engine.ts";

export { ADAM_DEFAULTS, type AdamMoments, adamRate, type AdamSettings } from "./nn/adam.ts";
export { adamUpdate, initAdam } from "./nn/adam.ts";
export { bayesianMlpKl, bayesianMlpSpecs, meanWeights } from "./nn/bayesian_mlp.ts";
export { sampleWeights, weightCount, type WeightShape, weightShapes } from "./nn/bayesian_mlp.ts";
export { batchNorm, type BatchNormOptions } from "./nn/batch_norm.ts";
export type { BatchNormParams, BatchNormState } from "./nn/batch_norm.ts";
export { type Activation, affine, conv2d, type ConvOptions, convTranspose2d } from "./nn/layers.ts";
export { dense } from "./nn/layers.ts";
export { constant, convSpec, convTransposeSpec, denseSpecs, initialise } from "./nn/init.ts";
export type { Initializer, ParameterSpec } from "./nn/init.ts";

export { type AdaptiveProblem, type AdaptiveSolution, PI_CONTROLLER } from "./ode/adaptive.ts";
export { solveAdaptive, STANDARD_CONTROLLER, type StepController } from "./ode/adaptive.ts";
export { stepFactor } from "./ode/adaptive.ts";
export { type FixedStepProblem, solveFixedStep } from "./ode/fixed_step.ts";
export { autodiffTrace, type FieldActivation, fieldParams } from "./ode/second_order_mlp.ts";
export { hutchinsonTrace, type RowFunction, secondOrderField } from "./ode/second_order_mlp.ts";
export type { SecondOrderMlp, TraceMethod } from "./ode/second_order_mlp.ts";
export { rungeKuttaStep, type StepOptions, type VectorField } from "./ode/runge_kutta.ts";
export { DOPRI5, EULER, MIDPOINT, RK4 } from "./ode/tableaus.ts";
export { type Method, type Tableau, tableau, TABLEAUS } from "./ode/tableaus.ts";

export { BERNOULLI_EPSILON, bernoulliLogLikelihood } from "./inference/densities.ts";
export { type DiagonalGaussian, gaussianLogDensity, LOG_2_PI } from "./inference/densities.ts";
export { reparameterise, standardNormalKl } from "./inference/densities.ts";
export { standardNormalLogDensity } from "./inference/densities.ts";

export { betaKl, fieldKlWeight } from "./ode2vae/beta.ts";
export type { Decoding } from "./ode2vae/decoder.ts";
export { init, parameterSpecs, stateSpecs } from "./ode2vae/initialise.ts";
export { type Batch, type Loss, loss, type LossTerms, type Noise } from "./ode2vae/loss.ts";
export type { Statistics } from "./ode2vae/normalise.ts";
export { latentPath, predict, type PredictOptions } from "./ode2vae/predict.ts";
export { validationLogLikelihood } from "./ode2vae/predict.ts";
export { learningRate, subsequenceLength } from "./ode2vae/schedule.ts";
export { BOUNCING_BALLS_SETTINGS, MOCAP_MANY_SETTINGS } from "./ode2vae/settings.ts";
export { MOCAP_SINGLE_SETTINGS, RMNIST_SETTINGS } from "./ode2vae/settings.ts";
export { fieldWidths, UNIFORM_MNIST_SETTINGS } from "./ode2vae/settings.ts";
export type { DecoderLayer, ImageObservation, Ode2vaeSettings } from "./ode2vae/settings.ts";
export type { OptimisationSettings, VectorObservation } from "./ode2vae/settings.ts";
export { type BatchShape, frameShape, lossAndGradients } from "./ode2vae/training_step.ts";
export { PREFIXES } from "./ode2vae/training_step.ts";
export { initialTrainingState, prefixed, under } from "./ode2vae/training_step.ts";
export { trainingInputs, trainingStep } from "./ode2vae/training_step.ts";

export { frobenius, identity, type Matrix, matrix, multiply } from "./linalg/matrix.ts";
export { multiplyTranspose, NumericalError, row, trace, transpose } from "./linalg/matrix.ts";
export { transposeMultiply } from "./linalg/matrix.ts";
export { checkSymmetric, cholesky, choleskyInverse, choleskySolve } from "./linalg/cholesky.ts";
export { logDeterminant, solveLower, solveLowerTransposed } from "./linalg/cholesky.ts";
export { type PrincipalComponents, principalComponents } from "./linalg/principal_components.ts";

export { type GpTraining, startGpTraining, updateGp } from "./gppvae/adam.ts";
export { type Covariance, covarianceAt, factorColumns, factorGram } from "./gppvae/covariance.ts";
export { factorTimes, factorTransposeTimes, type GpParameters } from "./gppvae/covariance.ts";
export { kernelParameters, normaliseRows, NUGGET, type Observations } from "./gppvae/covariance.ts";
export { type Targets, type UnitVectors, variances } from "./gppvae/covariance.ts";
export { type ViewCovariance, viewCovariance, type ViewFactor } from "./gppvae/covariance.ts";
export { viewFactor } from "./gppvae/covariance.ts";
export { codesOnGrid, initialObjectVectors } from "./gppvae/initial_vectors.ts";
export { covarianceLogDeterminant, factorCovariance } from "./gppvae/likelihood.ts";
export { type FactoredCovariance, negativeLogLikelihood } from "./gppvae/likelihood.ts";
export { predictCodes, solveCodes } from "./gppvae/likelihood.ts";
export { type CodeBatch, type CodeLoss, codeLoss } from "./gppvae/loss.ts";
export { decodeCodes, encodeCodes, initNetworks, networkSpecs } from "./gppvae/networks.ts";
export { GPPVAE_RMNIST_SETTINGS, type GppvaeSettings } from "./gppvae/settings.ts";
export { codeGradients, type GpGradient, type TaylorCoefficients } from "./gppvae/taylor.ts";
export { taylorCoefficients, taylorGradient } from "./gppvae/taylor.ts";
export { codeInputs, type CodePrior, codeStep } from "./gppvae/training_step.ts";

export type { AngleSequences, Imputation } from "./reference/angle_sequences.ts";
export { IMPUTATIONS, isReferenceName, type ReferenceName } from "./reference/imputations.ts";
