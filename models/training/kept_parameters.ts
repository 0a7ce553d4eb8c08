/**
 * Parameters that training keeps for the test beside those of the last epoch: of selected epochs, and averages.
 *
 * @module
 */
import type { HostArrays } from "../backend/tensors.ts";
import { namedCopies, takeArrays, takeNumbers, withoutOptimiser } from "./arrays.ts";
import type { CheckpointArrays } from "./method.ts";

/** The parameters of the epoch with the highest value of a criterion so far. */
export class Selection {
  readonly #prefix: string;
  #arrays: HostArrays;
  #value = -Infinity;
  #epoch = 0;

  /**
   * Before the first epoch: the initial parameters, not selected.
   *
   * @param name Of its arrays in a checkpoint.
   * @param arrays State at epoch 0.
   */
  constructor(name: string, arrays: HostArrays) {
    this.#prefix = `${name}/`;
    this.#arrays = withoutOptimiser(arrays);
  }

  /** Parameters and batch-norm state of the selected epoch. */
  get arrays(): HostArrays {
    return this.#arrays;
  }

  /** The highest value of the criterion. */
  get value(): number {
    return this.#value;
  }

  /** The selected epoch, 1-based; 0 while there is none. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Takes an epoch's parameters where its value is the highest so far; one that is not a number never is. */
  offer(value: number, epoch: number, arrays: HostArrays): void {
    if (!(value > this.#value)) return;
    this.#value = value;
    this.#epoch = epoch;
    this.#arrays = withoutOptimiser(arrays);
  }

  /** Copies of all arrays. */
  checkpoint(): CheckpointArrays {
    return {
      ...namedCopies(this.#arrays, this.#prefix),
      [`${this.#prefix}selected`]: Float64Array.of(this.#value, this.#epoch),
    };
  }

  /** Checks what {@link checkpoint} gave. @returns what takes it back @throws RangeError when it does not fit */
  restoring(checkpoint: CheckpointArrays): () => void {
    const [value, epoch] = takeNumbers(checkpoint, `${this.#prefix}selected`, 2);
    const arrays = takeArrays(checkpoint, this.#arrays, this.#prefix);
    return () => {
      this.#arrays = arrays;
      this.#value = value!;
      this.#epoch = epoch!;
    };
  }
}

/** The mean over epochs of the parameters and of the batch-norm state. */
export class EpochAverage {
  readonly #prefix: string;
  readonly #like: HostArrays;
  readonly #sums: Readonly<Record<string, Float64Array>>;
  #count = 0;

  /**
   * Before the first epoch.
   *
   * @param name Of its arrays in a checkpoint.
   * @param arrays Names and shapes.
   */
  constructor(name: string, arrays: HostArrays) {
    this.#prefix = `${name}/`;
    this.#like = withoutOptimiser(arrays);
    this.#sums = Object.fromEntries(
      Object.entries(this.#like).map(([key, { data }]) => [key, new Float64Array(data.length)]),
    );
  }

  /** Takes one epoch's parameters in. */
  add(arrays: HostArrays): void {
    this.#count++;
    for (const [name, sum] of Object.entries(this.#sums)) {
      const { data } = arrays[name]!;
      for (let i = 0; i < sum.length; i++) sum[i]! += data[i]!;
    }
  }

  /** The mean; not a number before the first epoch. */
  get arrays(): HostArrays {
    return Object.fromEntries(
      Object.entries(this.#like).map(([name, { shape }]) => [name, {
        shape,
        data: Float32Array.from(this.#sums[name]!, (sum) => sum / this.#count),
      }]),
    );
  }

  /** Copies of all arrays. */
  checkpoint(): CheckpointArrays {
    const sums = Object.entries(this.#sums)
      .map(([name, sum]) => [this.#prefix + name, sum.slice()]);
    return { ...Object.fromEntries(sums), [`${this.#prefix}count`]: Float64Array.of(this.#count) };
  }

  /** Checks what {@link checkpoint} gave. @returns what takes it back @throws RangeError when it does not fit */
  restoring(checkpoint: CheckpointArrays): () => void {
    const [count] = takeNumbers(checkpoint, `${this.#prefix}count`, 1);
    const sums = Object.entries(this.#sums).map(([name, sum]) =>
      [sum, takeNumbers(checkpoint, this.#prefix + name, sum.length)] as const
    );
    return () => {
      for (const [sum, values] of sums) sum.set(values);
      this.#count = count!;
    };
  }
}
