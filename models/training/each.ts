/**
 * One model for each of several data sets, trained side by side: an epoch is an epoch of every one of them.
 *
 * @module
 */
import { fold, integers, rootKey } from "../../data/random/mod.ts";
import { prefixed, under } from "./arrays.ts";
import {
  type CheckpointArrays,
  type EpochReport,
  type Method,
  type Trainer,
  type TrainingTask,
  withWatched,
} from "./method.ts";

/** Seed of the training on one of several data sets; the seed itself on the first. */
function seedOf(seed: number, index: number): number {
  return index === 0 ? seed : integers(fold(rootKey(seed), "each", index), 1, 2 ** 31)[0]!;
}

/** Mean of each value over the reports that have it. */
function meanReport(reports: readonly EpochReport[]): EpochReport {
  const names = new Set(reports.flatMap((report) => Object.keys(report)));
  return Object.fromEntries([...names].map((name) => {
    const values = reports.flatMap((report) => report[name] ?? []);
    return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
  }));
}

/**
 * The method that trains `method` on each of several data sets. Curves are means over them; parameters are those of one
 * model. One training that diverges ends all.
 */
export function forEach<Data, Trained>(
  method: Method<Data, Trained>,
): Method<readonly Data[], readonly Trained[]> {
  return { ...method, start: (task) => startEach(method, task) };
}

/** {@link forEach} on the groups of the data. */
export function forGroups<Part, Trained>(
  method: Method<Part, Trained>,
): Method<{ readonly groups: readonly Part[] }, readonly Trained[]> {
  const each = forEach(method);
  return { ...each, start: ({ data, ...task }) => each.start({ ...task, data: data.groups }) };
}

async function startEach<Data, Trained>(
  method: Method<Data, Trained>,
  { data, watch, ...task }: TrainingTask<readonly Data[], readonly Trained[]>,
): Promise<Trainer<readonly Trained[]>> {
  /** The models as they are after an epoch in which the benchmark looks at them. */
  const live: (Trained | undefined)[] = data.map(() => undefined);
  const trainers: Trainer<Trained>[] = [];
  for (const [i, part] of data.entries()) {
    trainers.push(
      await method.start({
        ...task,
        seed: seedOf(task.seed, i),
        data: part,
        ...(watch === undefined ? {} : {
          watch: {
            curves: {},
            measure: (model) => {
              live[i] = model;
              return Promise.resolve({});
            },
          },
        }),
      }),
    );
  }
  const [first] = trainers;
  if (first === undefined) throw new RangeError("Cannot train: there must be data, got none");
  let watching = 0;
  const sum = (value: (trainer: Trainer<Trained>) => number) =>
    trainers.reduce((total, trainer) => total + value(trainer), 0);
  return {
    epochs: first.epochs,
    parameters: first.parameters,
    curves: withWatched(first.curves, watch),
    get steps() {
      return sum(({ steps }) => steps);
    },
    get seconds() {
      return {
        compilation: sum(({ seconds }) => seconds.compilation),
        evaluation: sum(({ seconds }) => seconds.evaluation) + watching,
      };
    },
    async runEpoch(epoch, onStep) {
      const reports: EpochReport[] = [];
      for (const [i, trainer] of trainers.entries()) {
        reports.push(await trainer.runEpoch(epoch));
        onStep?.(i + 1, trainers.length, meanReport(reports));
      }
      const report = meanReport(reports);
      if (watch === undefined || live.some((model) => model === undefined)) return report;
      const start = performance.now();
      const seen = await watch.measure(
        live.splice(0, live.length, ...data.map(() => undefined)) as Trained[],
      );
      watching += (performance.now() - start) / 1000;
      return { ...report, ...seen };
    },
    checkpoint: () =>
      Object.assign(
        {},
        ...trainers.map((trainer, i) => prefixed(`${i}/`, trainer.checkpoint())),
      ) as CheckpointArrays,
    restore(arrays) {
      trainers.forEach((trainer, i) => trainer.restore(under(`${i}/`, arrays)));
    },
    trained: () => Promise.all(trainers.map((trainer) => trainer.trained())),
    dispose: async () => void await Promise.all(trainers.map((trainer) => trainer.dispose())),
  };
}
