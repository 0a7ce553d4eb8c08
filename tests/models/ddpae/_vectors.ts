/** Numbers that `pytorch_vectors.py` makes too, and what it expects. */
import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../../../models/backend/tensors.ts";
import vectors from "./pytorch_vectors.json" with { type: "json" };
import "../cpu.ts";

/** What PyTorch computed. */
export const PYTORCH = vectors;

/** A sine whose phase is of the name, in double precision. */
export function sine(name: string, count: number, size = 1, shift = 0): number[] {
  const phase = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return Array.from({ length: count }, (_, i) => shift + size * Math.sin(phase + 0.7 * i));
}

/** The same as a tensor. */
export const values = (name: string, shape: readonly number[], size = 1, shift = 0): tf.Tensor =>
  tf.tensor(sine(name, sizeOf(shape), size, shift), [...shape]);
