/**
 * Initial parameters, drawn on the host from an explicit key.
 *
 * @module
 */
import { fold, type Key, normal, uniform } from "../../data/random/mod.ts";
import { type HostArray, type HostArrays, sizeOf } from "../backend/tensors.ts";

/** Initial values of a parameter: Glorot (Xavier) uniform with its two fans, U(−radius, radius), N(mean, deviation²), or a constant. */
export type Initializer =
  | { readonly kind: "glorotUniform"; readonly fanIn: number; readonly fanOut: number }
  | { readonly kind: "uniform"; readonly radius: number }
  | { readonly kind: "normal"; readonly deviation: number; readonly mean?: number }
  | { readonly kind: "constant"; readonly value: number };

/** Name, shape and initial values of one parameter. */
export interface ParameterSpec {
  /** Flat name with `/`, e.g. `field/layer1/kernel`. */
  readonly name: string;
  /** Shape; `[]` for a scalar. */
  readonly shape: readonly number[];
  /** Its initial values. */
  readonly initializer: Initializer;
}

/** A parameter whose initial values are all equal (biases 0, batch-norm scales 1). */
export function constant(name: string, shape: readonly number[], value: number): ParameterSpec {
  return { name, shape, initializer: { kind: "constant", value } };
}

/** Kernel (in, out) and bias (out) of a dense layer: Glorot uniform and zeros. */
export function denseSpecs(name: string, inputs: number, outputs: number): ParameterSpec[] {
  return [
    {
      name: `${name}/kernel`,
      shape: [inputs, outputs],
      initializer: { kind: "glorotUniform", fanIn: inputs, fanOut: outputs },
    },
    constant(`${name}/bias`, [outputs], 0),
  ];
}

/** U(−r, r) with r = 1 / √fan-in: PyTorch's initial values of layers, biases included. */
export function fanInUniform(fanIn: number): Initializer {
  return { kind: "uniform", radius: 1 / Math.sqrt(fanIn) };
}

/** A dense layer with kernel and bias by {@link fanInUniform}. */
export function linearSpecs(name: string, inputs: number, outputs: number): ParameterSpec[] {
  const initializer = fanInUniform(inputs);
  return [
    { name: `${name}/kernel`, shape: [inputs, outputs], initializer },
    { name: `${name}/bias`, shape: [outputs], initializer },
  ];
}

/** Dense layers `PREFIX/layer1`, `PREFIX/layer2`, … between the given widths. */
export function mlpSpecs(prefix: string, widths: readonly number[]): ParameterSpec[] {
  return widths.slice(1).flatMap((outputs, i) =>
    denseSpecs(`${prefix}/layer${i + 1}`, widths[i]!, outputs)
  );
}

/** Kernel (size, size, inputs, outputs) of a convolution: Glorot uniform, fans times the window's area. */
export function convSpec(
  name: string,
  size: number,
  inputs: number,
  outputs: number,
): ParameterSpec {
  const area = size * size;
  return {
    name: `${name}/kernel`,
    shape: [size, size, inputs, outputs],
    initializer: { kind: "glorotUniform", fanIn: area * inputs, fanOut: area * outputs },
  };
}

/** Kernel (size, size, outputs, inputs) of a transposed convolution: output channels come first. */
export function convTransposeSpec(
  name: string,
  size: number,
  inputs: number,
  outputs: number,
): ParameterSpec {
  return convSpec(name, size, outputs, inputs);
}

/** Draws every parameter, each from a stream of its own name, so that it does not depend on the others. */
export function initialise(key: Key, specs: readonly ParameterSpec[]): HostArrays {
  return Object.fromEntries(specs.map((spec) => [spec.name, draw(fold(key, spec.name), spec)]));
}

function draw(key: Key, { shape, initializer }: ParameterSpec): HostArray {
  const count = sizeOf(shape);
  if (initializer.kind === "constant") {
    return { shape, data: new Float32Array(count).fill(initializer.value) };
  }
  if (initializer.kind === "normal") {
    const { deviation, mean = 0 } = initializer;
    return { shape, data: normal(key, count).map((value) => mean + deviation * value) };
  }
  // Glorot and Bengio (2010), eq. 16: U(-r, r) has variance 2 / (fanIn + fanOut).
  const radius = initializer.kind === "uniform"
    ? initializer.radius
    : Math.sqrt(6 / (initializer.fanIn + initializer.fanOut));
  return { shape, data: Float32Array.from(uniform(key, count), (u) => (2 * u - 1) * radius) };
}
