/**
 * What else differs between results and their reference: the machine, and settings that have changed unannounced.
 *
 * @module
 */
import type { CellRecord, Fingerprint } from "../record/record.ts";
import type { Pair } from "./match.ts";

/** Parts of the fingerprint that can change a bit of a result. */
const machineParts: readonly (keyof Fingerprint)[] = [
  "device",
  "arch",
  "os",
  "backendVersion",
  "v8",
  "mathsProbe",
  "threads",
];

/** Fingerprints that differ: "device AMD EPYC (reference: Intel(R) Xeon(R) Processor)"; one a part. */
export function machineChanges(pairs: readonly Pair[]): string[] {
  return machineParts.flatMap((part) => {
    const values = (side: keyof Pair) =>
      [...new Set(pairs.map((pair) => String(pair[side].fingerprint[part])))].sort().join(" and ");
    const [reference, current] = [values("reference"), values("current")];
    return reference === current ? [] : [`${part} ${current} (reference: ${reference})`];
  });
}

/**
 * Settings that differ although the benchmark's version does not: "ode2vae learningRate 0.001 (reference: 0.002)".
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
