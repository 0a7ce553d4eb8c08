/**
 * Which commits of the suite and which processors a table's records are of: rows of several may differ by more than
 * their method.
 *
 * @module
 */
import { methodName } from "../method_names.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import type { RecordGroup } from "../../benchmarks/record/read_records.ts";

/** The records of one commit and one processor. */
export interface RecordOrigin {
  /** Git commit, with "+dirty" where tracked files differed from it; "" outside a checkout. */
  readonly commit: string;
  /** Processor that computed. */
  readonly device: string;
  /** Models with the seeds that are of this origin, ascending. */
  readonly models: readonly {
    readonly model: string;
    readonly seeds: readonly number[];
    /** Whether these are all seeds of the model. */
    readonly whole: boolean;
  }[];
}

/** The origins of a group's records. @param models in the order of the rows */
export function recordOrigins(
  group: RecordGroup,
  models: readonly string[],
): readonly RecordOrigin[] {
  const ofModel = (model: string) =>
    group.records.flatMap(({ record }) => record.cell.model === model ? [record] : []);
  const rows = models.map((model) => ({ model, records: ofModel(model) }));
  const all = new Map(
    rows.flatMap(({ records }) => records).map(({ fingerprint: { commit, device } }) => [
      JSON.stringify([commit, device]),
      { commit, device },
    ]),
  );
  return [...all.values()].map(({ commit, device }) => ({
    commit,
    device,
    models: rows.flatMap(({ model, records }) => {
      const own = records.filter(({ fingerprint }) =>
        fingerprint.commit === commit && fingerprint.device === device
      );
      const seeds = own.map(({ cell }) => cell.seed);
      return seeds.length === 0 ? [] : [{ model, seeds, whole: own.length === records.length }];
    }),
  }));
}

/** "77f6254877, AMD EPYC". */
function originText({ commit, device }: RecordOrigin): string {
  const [hash = "", dirty] = commit.split("+");
  const named = hash === "" ? "unknown commit" : hash.slice(0, 10);
  return `${named}${dirty === undefined ? "" : " with uncommitted changes"}, ${device}`;
}

/** "5 commits and 2 processors". */
function originCounts(origins: readonly RecordOrigin[]): string {
  const count = (select: (origin: RecordOrigin) => string) => new Set(origins.map(select)).size;
  return `${counted(count(({ commit }) => commit), "commit")} and ${
    counted(count(({ device }) => device), "processor")
  }`;
}

/** What stands under a table. */
export interface OriginText {
  /** "All records: commit 77f6254877, AMD EPYC.", or what precedes the items. */
  readonly lead: string;
  /** One for each origin, where there are several: "77f6254877, AMD EPYC: ODE2VAE (seeds 3, 4)". */
  readonly items: readonly string[];
  /** One line for a terminal; undefined where all records are of one origin. */
  readonly short: string | undefined;
}

/** The origins of a group's records in words. */
export function originsInWords(group: RecordGroup, origins: readonly RecordOrigin[]): OriginText {
  if (origins.length === 1) {
    return { lead: `All records: commit ${originText(origins[0]!)}.`, items: [], short: undefined };
  }
  const counts = originCounts(origins);
  const rows = ({ models }: RecordOrigin) =>
    models.map(({ model, seeds, whole }) => {
      const name = methodName(group.benchmark, model);
      return whole ? name : `${name} (seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")})`;
    }).join(", ");
  return {
    lead: `The records are of ${counts}, so that rows may differ by more than their method:`,
    items: origins.map((origin) => `${originText(origin)}: ${rows(origin)}`),
    short: `Records of ${counts}: see the report.`,
  };
}
