/**
 * Which result is compared with which reference, and what else differs between them: the machine, and settings that
 * changed without a new version.
 *
 * @module
 */
import { codeName } from "../record/fingerprint.ts";
import type { CellRecord, Fingerprint } from "../record/record.ts";
import { isFinished } from "../record/record_file.ts";

/** A result and the reference of its cell. */
export interface Pair {
  /** The committed result. */
  readonly reference: CellRecord;
  /** The result to check. */
  readonly current: CellRecord;
}

/** The cells that a check compares. */
export interface Selection {
  /** Registry names. */
  readonly models: readonly string[];
  /** Absent: all seeds. */
  readonly seeds?: readonly number[];
  /** Models that give the same numbers in every seed: any seed stands for all. */
  readonly deterministic: readonly string[];
}

/** Pairs, and the cells that only one side has. */
export interface Matching {
  /** Cells that both sides have, in the order of the selection's models, then by seed. */
  readonly pairs: readonly Pair[];
  /** One line for each reference without a result, then one for each result without a reference. */
  readonly notCompared: readonly string[];
  /** How many references have no finished result. */
  readonly missing: number;
}

/**
 * Matches results with references by model and seed.
 *
 * @param current records of the benchmark, version, tier, data and backend that are checked, in any state
 */
export function matchCells(
  reference: readonly CellRecord[],
  current: readonly CellRecord[],
  selection: Selection,
): Matching {
  const { models, seeds, deterministic } = selection;
  const isSelected = ({ cell }: CellRecord) =>
    models.includes(cell.model) &&
    (seeds === undefined || deterministic.includes(cell.model) || seeds.includes(cell.seed));
  const name = ({ cell: { model, seed } }: CellRecord) =>
    deterministic.includes(model) ? model : `${model} seed ${seed}`;
  const byName = (records: readonly CellRecord[]) =>
    new Map(records.filter(isSelected).map((record) => [name(record), record]));
  const references = byName(reference);
  const results = byName(current);
  const wanted = models.flatMap((model) =>
    deterministic.includes(model) ? [model] : (seeds ?? []).map((seed) => `${model} seed ${seed}`)
  );
  const pairs: Pair[] = [];
  const missing: string[] = [];
  for (const [cell, record] of references) {
    const result = results.get(cell);
    if (result !== undefined && isFinished(result)) {
      pairs.push({ reference: record, current: result });
    } else missing.push(`${cell}: ${result === undefined ? "no result" : result.status}`);
  }
  const order = ({ reference: { cell } }: Pair) => models.indexOf(cell.model);
  pairs.sort((a, b) => order(a) - order(b) || a.reference.cell.seed - b.reference.cell.seed);
  const unmatched = [...new Set([...wanted, ...results.keys()])]
    .filter((cell) => !references.has(cell))
    .map((cell) => `${cell}: no reference`);
  return {
    pairs,
    notCompared: [...missing.sort(), ...unmatched.sort()],
    missing: missing.length,
  };
}

/** One line for each result that other code than the present one made. */
export function otherCode(pairs: readonly Pair[], codeSha256: string): string[] {
  return pairs.filter(({ current }) => current.fingerprint.codeSha256 !== codeSha256)
    .map(({ current: { cell, fingerprint } }) =>
      `${cell.model} seed ${cell.seed}, ${codeName(fingerprint)}`
    );
}

/** Parts of the fingerprint that can change the bits of a result. */
const machineParts: readonly (keyof Fingerprint)[] = [
  "device",
  "arch",
  "os",
  "backendVersion",
  "v8",
  "mathsProbe",
  "threads",
];

/** One line for each part of the fingerprints that differs: "device AMD EPYC (reference: Intel(R) Xeon(R))". */
export function machineChanges(pairs: readonly Pair[]): string[] {
  return machineParts.flatMap((part) => {
    const values = (side: keyof Pair) =>
      [...new Set(pairs.map((pair) => String(pair[side].fingerprint[part])))].sort().join(" and ");
    const [reference, current] = [values("reference"), values("current")];
    return reference === current ? [] : [`${part} ${current} (reference: ${reference})`];
  });
}

/**
 * Settings that differ although the benchmark's version does not: "model-a learningRate 0.001 (reference: 0.002)".
 * Such results are of another experiment, whatever the statistics say.
 */
export function settingChanges(pairs: readonly Pair[]): string[] {
  const lines = pairs.flatMap(({ reference, current }) => {
    const names = new Set([...Object.keys(reference.settings), ...Object.keys(current.settings)]);
    return [...names].sort().flatMap((name) => {
      const value = ({ settings }: CellRecord) => String(settings[name] ?? "absent");
      return value(reference) === value(current)
        ? []
        : [`${current.cell.model} ${name} ${value(current)} (reference: ${value(reference)})`];
    });
  });
  return [...new Set(lines)];
}
