/**
 * The mathematics of the suite: layers, solvers, variational inference, ODE2VAE.
 *
 * @module
 */
export type { HostArray, HostArrays, Tensors } from "./backend/tensors.ts";
export { scan, type ScanBody, type ScanInputs } from "./backend/scan.ts";

export { ADAM_DEFAULTS, type AdamMoments, adamRate, type AdamSettings } from "./nn/adam.ts";
export { adamUpdate, initAdam } from "./nn/adam.ts";
export { bayesianMlpKl, bayesianMlpSpecs, meanWeights } from "./nn/bayesian_mlp.ts";
export { sampleWeights, weightCount, type WeightShape, weightShapes } from "./nn/bayesian_mlp.ts";
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

export { betaKl } from "./ode2vae/beta.ts";
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
