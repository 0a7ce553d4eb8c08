/**
 * The task kind "classification": what a family trains on, and what a trained model answers.
 *
 * @module
 */
import type { Images, LabelledImages } from "../../data/mnist.ts";

/** What is trained on. */
export interface ClassificationData {
  /** Number of classes. */
  readonly classes: number;
  /** Training images. */
  readonly train: LabelledImages;
}

/** What one training step costs, as far as it applies to a family. */
export interface StepCost {
  /** Bytes that the backward pass needs from the forward pass, or makes again and holds at once. */
  readonly storedBytes: number;
  /** Evaluations of the vector field forward; absent where there is none. */
  readonly forwardEvaluations?: number;
  /** Evaluations of the vector field backward, each with its products with the Jacobian. */
  readonly backwardEvaluations?: number;
}

/** A trained classifier. */
export interface ClassificationModel {
  /**
   * Class probabilities of images.
   *
   * @returns (count, classes)
   */
  probabilities(images: Images): Promise<Float32Array>;
  /** Trained parameters, or numbers that the training images set. */
  readonly parameters: number;
  /** What a training step costs with the parameters as they are; absent for families without steps. */
  readonly cost?: () => Promise<StepCost>;
}
