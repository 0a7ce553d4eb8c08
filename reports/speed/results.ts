/**
 * Results on the speed of a training step: three files, each of which may be absent.
 *
 * @module
 */
import { join } from "node:path";
import { messageOf } from "../../benchmarks/errors.ts";
import {
  type CostMeasurement,
  type Measurement,
  type MemoryMeasurement,
  parseCost,
  parseMeasurement,
  parseMemory,
  readResults,
} from "../../benchmarks/speed/results.ts";

/** Results of `measure.ts`, `cost.ts` and `memory.ts`, as far as there are any. */
export interface SpeedResults {
  /** Training steps of all contestants. */
  readonly step?: Measurement;
  /** Cost of a step along its sizes. */
  readonly cost?: CostMeasurement;
  /** Memory of many steps. */
  readonly memory?: MemoryMeasurement;
}

/** What a folder of results held. */
export interface SpeedFolder {
  /** Readable results; undefined where there are none. */
  readonly results: SpeedResults | undefined;
  /** One line for each file that could not be used. */
  readonly problems: readonly string[];
}

/** Reads `step.json`, `cost.json` and `memory.json` of a folder. A bad file is left out and reported; the others are used. */
export function readSpeedFolder(folder: string): SpeedFolder {
  const problems: string[] = [];
  const read = <Name extends keyof SpeedResults, T>(name: Name, parse: (value: unknown) => T) => {
    try {
      const found = readResults(join(folder, `${name}.json`), parse);
      return (found === undefined ? {} : { [name]: found }) as Partial<Record<Name, T>>;
    } catch (error) {
      problems.push(messageOf(error));
      return {};
    }
  };
  const results: SpeedResults = {
    ...read("step", parseMeasurement),
    ...read("cost", parseCost),
    ...read("memory", parseMemory),
  };
  return { results: Object.keys(results).length > 0 ? results : undefined, problems };
}
