/**
 * The plain TensorFlow.js backend for tests of mathematics, and ways in and out of it.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs";
import type { HostArrays, Tensors } from "../../models/backend/tensors.ts";
import { fold, type Key, normal, uniform } from "../../data/random/mod.ts";

await tf.setBackend("cpu");

/** Copies host arrays to tensors. */
export function toTensors(arrays: HostArrays): Tensors {
  return Object.fromEntries(
    Object.entries(arrays).map((
      [name, { shape, data }],
    ) => [name, tf.tensor(data, [...shape], "float32")]),
  );
}

/** All numbers of a tensor, row-major. */
export function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}

/** The value of a scalar tensor. */
export function scalarOf(tensor: tf.Tensor): number {
  return tensor.dataSync()[0]!;
}

/** Standard normal tensor of the stream `name`. */
export function normalTensor(key: Key, name: string, shape: number[]): tf.Tensor {
  return tf.tensor(normal(fold(key, name), tf.util.sizeFromShape(shape)), shape);
}

/** Uniform [0, 1) tensor of the stream `name`. */
export function uniformTensor(key: Key, name: string, shape: number[]): tf.Tensor {
  return tf.tensor(uniform(fold(key, name), tf.util.sizeFromShape(shape)), shape);
}

/** Greatest |a − b| / max(|b|, floor) over all entries. */
export function relativeError(
  actual: readonly number[],
  expected: readonly number[],
  floor: number,
): number {
  if (actual.length !== expected.length) {
    throw new RangeError(
      `Cannot compare ${actual.length} numbers with ${expected.length}: counts must agree`,
    );
  }
  return expected.reduce((worst, value, i) => {
    const error = Math.abs(actual[i]! - value) / Math.max(Math.abs(value), floor);
    return Number.isNaN(error) ? Infinity : Math.max(worst, error);
  }, 0);
}
