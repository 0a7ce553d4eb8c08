/**
 * Whether a device has room for a fused rollout.
 *
 * @module
 */
import { gradientResult, rolloutGradientCode } from "./rollout_gradient_program.ts";
import { rolloutCode, rolloutResult } from "./rollout_program.ts";
import { lanesOf, type RolloutShape } from "./rollout_shape.ts";

/** What a WebGPU device must allow; the numbers are those of `GPUDevice.limits`. */
export interface DeviceLimits {
  /** Bytes that a workgroup shares. */
  readonly maxComputeWorkgroupStorageSize: number;
  /** Threads of a workgroup. */
  readonly maxComputeInvocationsPerWorkgroup: number;
  /** Workgroups of a dispatch. */
  readonly maxComputeWorkgroupsPerDimension: number;
  /** Bytes of one buffer. */
  readonly maxStorageBufferBindingSize: number;
}

/** A problem's counts. */
export interface Counts {
  /** Sequences n. */
  readonly sequences: number;
  /** Frames after the initial one. */
  readonly frames: number;
  /** Steps between two frames. */
  readonly stepsPerFrame: number;
}

/** Whether a device has room for the rollout and its gradient. */
export function fits(shape: RolloutShape, counts: Counts, limits: DeviceLimits): boolean {
  const { sequences, frames, stepsPerFrame } = counts;
  const numbers = Math.max(
    rolloutResult(shape, sequences, frames, stepsPerFrame).size,
    gradientResult(shape, sequences).size,
  );
  return workgroupBytes(shape) <= limits.maxComputeWorkgroupStorageSize &&
    lanesOf(shape) <= limits.maxComputeInvocationsPerWorkgroup &&
    sequences <= limits.maxComputeWorkgroupsPerDimension &&
    4 * numbers <= limits.maxStorageBufferBindingSize;
}

/** Found once for each shape: every rollout asks. */
const knownBytes = new Map<string, number>();

/** Bytes that the larger of the two programs has its workgroups share. */
export function workgroupBytes(shape: RolloutShape): number {
  const key = JSON.stringify(shape);
  const known = knownBytes.get(key);
  if (known !== undefined) return known;
  const programs = [rolloutCode(shape), rolloutGradientCode(shape)];
  const bytes = Math.max(...programs.map((program) => program.workgroupBytes));
  knownBytes.set(key, bytes);
  return bytes;
}
