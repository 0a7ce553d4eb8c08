/**
 * Checks what a step is given against what it was compiled for.
 *
 * @module
 */
import type { TensorSpecs } from "./backend.ts";
import { arrayTypes, type HostArray, type HostArrays } from "./tensors.ts";

/**
 * The numbers of one input.
 *
 * @throws RangeError when it is missing or has another size or type than the compilation's
 */
export function inputData(name: string, specs: TensorSpecs, inputs: HostArrays): HostArray["data"] {
  const { shape, dtype = "float32" } = specs[name]!;
  const data = inputs[name]?.data;
  const size = shape.reduce((product, length) => product * length, 1);
  if (!data || data.length !== size || !(data instanceof arrayTypes[dtype])) {
    throw new RangeError(
      `Cannot run the step: input "${name}" must be ${dtype} of shape [${shape}], is ${
        data ? `${data.constructor.name} of length ${data.length}` : "missing"
      }`,
    );
  }
  return data;
}

/** Checks the names that a step carries. @throws RangeError when one is no input */
export function checkCarriedNames(carried: readonly string[], specs: TensorSpecs): void {
  const unknown = carried.find((name) => !(name in specs));
  if (unknown === undefined) return;
  throw new RangeError(
    `Cannot compile the step: what it carries must be one of its inputs, "${unknown}" is not`,
  );
}

/** Checks the shapes that a step returns for what it carries. @throws RangeError when one is another than it takes */
export function checkCarriedShapes(
  carried: readonly string[],
  specs: TensorSpecs,
  outputs: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): void {
  for (const name of carried) {
    const [before, after] = [specs[name]!.shape, outputs[name]?.shape];
    if (after === undefined || `${before}` === `${after}`) continue;
    throw new RangeError(
      `Cannot carry "${name}": the step must return it in its shape [${before}], returns [${after}]`,
    );
  }
}

/** The error of a run or a reading before the carried inputs have values. */
export function notStarted(carried: readonly string[]): Error {
  return new Error(
    `Cannot run the step: start() must give "${carried[0]}" and all else that is carried its ` +
      "values first, did not",
  );
}
