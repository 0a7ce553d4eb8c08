/** Real mistakes in ODE²VAE that a drift check has to find, as changes of the source. */

/** A change of one place in one file. */
export interface Defect {
  /** Name on the command line. */
  readonly name: string;
  /** What it does to the model. */
  readonly description: string;
  /** Path from the repository's root. */
  readonly file: string;
  /** Text that occurs there once. */
  readonly find: string;
  /** What stands there instead. */
  readonly replace: string;
}

export const defects: readonly Defect[] = [
  {
    name: "no-trace",
    description: "the trace term of d log q/dt is dropped: log q(z) stays that of z₀",
    file: "models/ode/second_order_mlp.ts",
    find: `tf.neg(tf.mul(parameter(weights, "layer2/kernel"), product))`,
    replace: `tf.mul(tf.mul(parameter(weights, "layer2/kernel"), product), 0)`,
  },
  {
    name: "half-rate",
    description: "the learning rate is half of what it should be",
    file: "models/latent_paths/settings.ts",
    find: "return settings.learningRate *",
    replace: "return 0.5 * settings.learningRate *",
  },
  {
    name: "shuffled-frames",
    description: "neighbouring frames of a training sequence change places, their times do not",
    file: "models/training/sequences.ts",
    find: "frameOf(sequences, indices[b]!, observed[l]!)",
    replace: "frameOf(sequences, indices[b]!, observed[(l ^ 1) < length ? l ^ 1 : l]!)",
  },
];

/**
 * The source with the defect.
 *
 * @throws Error when the text to replace does not occur exactly once
 */
export function inject(source: string, { name, file, find, replace }: Defect): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(
    `Cannot inject ${name}: ${file} must have "${find}" once: it has it ${parts.length - 1} times`,
  );
}
