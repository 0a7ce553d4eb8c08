/**
 * Methods without epochs: they have nothing to learn, or an equation gives it.
 *
 * @module
 */
import type { Method, Trainer, TrainingTask } from "../training/method.ts";
import type { SettingsTable } from "../training/settings.ts";

/** What a method without epochs has when it starts. */
export interface Fit<Trained> {
  /** The model. */
  readonly trained: Trained;
  /** Numbers that the data set; none by default. */
  readonly parameters?: number;
}

/** A method without epochs. @param fit makes its model from the data at once */
export function untrained<Data, Trained>(
  name: string,
  settings: SettingsTable,
  fit: (task: TrainingTask<Data, Trained>) => Fit<Trained>,
): Method<Data, Trained> {
  const start = (task: TrainingTask<Data, Trained>): Trainer<Trained> => {
    const { trained, parameters = 0 } = fit(task);
    return {
      epochs: 0,
      parameters,
      steps: 0,
      curves: {},
      seconds: { compilation: 0, evaluation: 0 },
      runEpoch: (epoch) =>
        Promise.reject(new RangeError(`Cannot run epoch ${epoch} of ${name}: it has 0 epochs`)),
      checkpoint: () => ({}),
      restore: () => {},
      trained: () => Promise.resolve(trained),
      dispose: () => {},
    };
  };
  return { name, settings, start: (task) => Promise.try(() => start(task)) };
}
