/**
 * Sizes and paddings of a convolution.
 *
 * @module
 */
import { backend_util } from "@tensorflow/tfjs-core";
import type { KernelAttributes } from "../kernel.ts";

type Shape4 = [number, number, number, number];
/** TensorFlow.js's geometry of a convolution. @throws RangeError for another format than NHWC */
export function convInfo(
  input: readonly number[],
  filter: readonly number[],
  attributes: KernelAttributes,
) {
  const { dataFormat, dilations } = attributes;
  if (dataFormat !== undefined && dataFormat !== "NHWC") {
    throw new RangeError(`Cannot record a convolution: its format must be NHWC, is ${dataFormat}`);
  }
  return backend_util.computeConv2DInfo(
    [...input] as Shape4,
    [...filter] as Shape4,
    attributes.strides as number,
    (dilations as number | undefined) ?? 1,
    attributes.pad as "same" | "valid",
    attributes.dimRoundingMode as "floor" | undefined,
  );
}

/** What {@link convInfo} gives. */
export type Info = ReturnType<typeof convInfo>;
