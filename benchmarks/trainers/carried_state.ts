/**
 * Parameters in training and the compiled step that carries them: what the trainers of all networks share.
 *
 * @module
 */
import type { CompiledStep } from "../../models/backend/backend.ts";
import type { HostArrays } from "../../models/backend/tensors.ts";
import { PREFIXES } from "../../models/ode2vae/training_step.ts";
import { type CheckpointArrays, DivergenceError } from "../trainer.ts";

/**
 * Parameters, batch-norm state and moments after the last finished epoch. The compiled step keeps them where it computes,
 * on a GPU in its memory, from one epoch to the next.
 */
export class CarriedState {
  #arrays: HostArrays;
  /** Whether the compiled step holds {@link #arrays}, so that it need not be given them. */
  #holding = false;
  #compiled: { readonly kind: string | number; readonly step: CompiledStep } | undefined;
  /** Seconds spent compiling. */
  compilationSeconds = 0;

  /** @param arrays State at epoch 0. */
  constructor(arrays: HostArrays) {
    this.#arrays = arrays;
  }

  /** State after the last finished epoch. */
  get arrays(): HostArrays {
    return this.#arrays;
  }

  /**
   * The step of a kind, holding the state: compiled anew only where the last one was of another kind.
   *
   * @param kind What tells steps apart, e.g. the number of frames.
   * @param compile Compiles it; gets the names of the carried arrays.
   */
  async begin(
    kind: string | number,
    compile: (carried: readonly string[]) => Promise<CompiledStep>,
  ): Promise<CompiledStep> {
    if (this.#compiled?.kind !== kind) {
      await this.#compiled?.step.dispose();
      this.#compiled = undefined;
      this.#holding = false;
      const step = await compile(Object.keys(this.#arrays));
      this.compilationSeconds += step.seconds;
      this.#compiled = { kind, step };
    }
    const { step } = this.#compiled!;
    if (!this.#holding) await step.start(this.#arrays);
    this.#holding = false;
    return step;
  }

  /**
   * Takes the state back from the step at the end of an epoch. A loss is that of the parameters before its step: what
   * the last step of an epoch did shows only here.
   *
   * @param lastStep The optimiser step (0-based) that made the state.
   * @throws DivergenceError when a parameter is not finite
   */
  async finish(lastStep: number): Promise<void> {
    this.#arrays = await this.#compiled!.step.state();
    this.#holding = true;
    for (const [name, { data }] of Object.entries(this.#arrays)) {
      if (name.startsWith(PREFIXES.params) && data.some((value) => !Number.isFinite(value))) {
        throw new DivergenceError(lastStep, name);
      }
    }
  }

  /** Goes on from another state of the same names and shapes. */
  replace(arrays: HostArrays): void {
    this.#arrays = arrays;
    this.#holding = false;
  }

  /** Frees native memory. */
  dispose(): void {
    this.#compiled?.step.dispose();
    this.#compiled = undefined;
  }
}

/** Copies of arrays for a checkpoint, each under its name after a prefix. */
export function namedCopies(arrays: HostArrays, prefix = ""): CheckpointArrays {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [prefix + name, data.slice()]),
  );
}

/**
 * What {@link namedCopies} gave, copied back.
 *
 * @param like Names and shapes.
 * @throws RangeError when an array is not there, or has another length or type
 */
export function takeArrays(arrays: CheckpointArrays, like: HostArrays, prefix = ""): HostArrays {
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape, data: old }]) => {
      const data = arrays[prefix + name];
      if (data?.length !== old.length || data instanceof Float64Array) {
        throw new RangeError(
          `Cannot restore a checkpoint: ${prefix}${name} must have ${old.length} values, has ` +
            `${data?.length ?? "none"}`,
        );
      }
      return [name, { shape, data: data.slice() }];
    }),
  );
}

/** Double-precision values of a checkpoint. @throws RangeError when they are not there */
export function takeNumbers(
  arrays: CheckpointArrays,
  name: string,
  length: number,
): Float64Array {
  const values = arrays[name];
  if (!(values instanceof Float64Array) || values.length !== length) {
    throw new RangeError(
      `Cannot restore a checkpoint: ${name} must have ${length} double-precision values, has ` +
        `${values?.length ?? "none"}`,
    );
  }
  return values;
}
