/**
 * Standard normal noise, drawn on the host and passed to steps as inputs.
 *
 * @module
 */
import { fold, type Key, normal } from "../../data/random/mod.ts";
import type { TensorSpecs } from "../backend/backend.ts";
import { type HostArrays, mapValues, prefixed, sizeOf, under } from "../backend/tensors.ts";

/** Prefix of the names of noise among a step's inputs. */
export const NOISE = "noise/";

/** Standard normal draws, each from the stream of its own name. */
export function normalDraws(key: Key, specs: TensorSpecs): HostArrays {
  return mapValues(specs, ({ shape }, name) => ({
    shape,
    data: normal(fold(key, name), sizeOf(shape)),
  }));
}

/** The same under `noise/`, as a step takes them. */
export function drawNoise(key: Key, specs: TensorSpecs): HostArrays {
  return prefixed(NOISE, normalDraws(key, specs));
}

/** Those inputs that {@link drawNoise} draws. */
export const noiseSpecs = (specs: TensorSpecs): TensorSpecs => under(NOISE, specs);
