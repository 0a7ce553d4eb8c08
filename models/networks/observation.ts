/**
 * What frames are, with the sizes of their encoders and decoder.
 *
 * @module
 */

/** One transposed convolution of the image decoder. */
export interface DecoderLayer {
  /** Side of the square kernel. */
  readonly kernelSize: number;
  /** Stride in both directions. */
  readonly stride: number;
  /** Padding of the convolution that it transposes. */
  readonly padding: "same" | "valid";
  /** Channels out. */
  readonly channels: number;
}

/** Frames are grey images in [0, 1]; convolutional encoders and decoder, Bernoulli likelihood. */
export interface ImageObservation {
  /** Marks images. */
  readonly kind: "image";
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  /** Channels F of the first encoder layer; the others have 2F, 4F, 8F. */
  readonly encoderFilters: number;
  /** Shape (height, width, channels) that the decoder's dense layer is reshaped to. */
  readonly decoderBase: readonly [number, number, number];
  /** Layers after it; the last has one channel. */
  readonly decoderLayers: readonly DecoderLayer[];
}

/**
 * The variance of a vector's dimensions given its code: "sigmoid", one number in [1, e] for all dimensions of a frame, made by
 * the decoder, as in the released code; "unit", 1; "learned", one parameter for each dimension, 1 before training; "decoded",
 * one number for each dimension of a frame, made by the decoder. Data that vary by less than 1 need one of the last two.
 */
export type VectorVariance = "sigmoid" | "unit" | "learned" | "decoded";

/** Frames are real vectors; dense tanh encoders and decoder, Gaussian likelihood. */
export interface VectorObservation {
  /** Marks vectors. */
  readonly kind: "vector";
  /** Dimensions of a frame. */
  readonly dimensions: number;
  /** Width of both hidden layers of encoders and decoder. */
  readonly hidden: number;
  /** How far frames lie from the decoder's mean; "sigmoid" by default. */
  readonly variance?: VectorVariance;
}

/** Frames of either kind. */
export type Observation = ImageObservation | VectorObservation;

/**
 * Images with the released code's networks: from 28×28 the decoder goes 3×3 → 7×7 → 14×14 → 28×28, from sides that 8
 * divides side/8 → side/4 → side/2 → side.
 *
 * @param encoderFilters F
 * @param decoderFilters G: channels 4G, 2G, G of the decoder's layers
 * @throws RangeError for other sizes
 */
export function imageObservation(
  height: number,
  width: number,
  encoderFilters: number,
  decoderFilters: number,
): ImageObservation {
  const mnist = height === 28 && width === 28;
  if (!mnist && !(height % 8 === 0 && width % 8 === 0 && height > 0 && width > 0)) {
    throw new RangeError(
      `Cannot encode images: they must be 28×28 or have sides that 8 divides, are ${height}×${width}`,
    );
  }
  return Object.freeze<ImageObservation>({
    kind: "image",
    height,
    width,
    encoderFilters,
    decoderBase: mnist ? [3, 3, 8] : [height / 8, width / 8, 8],
    decoderLayers: [
      mnist
        ? { kernelSize: 3, stride: 2, padding: "valid", channels: 4 * decoderFilters }
        : { kernelSize: 5, stride: 2, padding: "same", channels: 4 * decoderFilters },
      { kernelSize: 5, stride: 2, padding: "same", channels: 2 * decoderFilters },
      { kernelSize: 5, stride: 2, padding: "same", channels: decoderFilters },
      { kernelSize: 5, stride: 1, padding: "same", channels: 1 },
    ],
  });
}

/** Shape of a frame: (H, W) or (D). */
export function frameShape(observation: Observation): readonly number[] {
  return observation.kind === "image"
    ? [observation.height, observation.width]
    : [observation.dimensions];
}
