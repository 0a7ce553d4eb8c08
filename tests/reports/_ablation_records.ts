/** Records of an ablation's rows, for tests. */
import type { CellStatus, Metric, Tier } from "../../benchmarks/record/record.ts";
import { traceSha256 } from "../../benchmarks/record/record.ts";
import type { StoredRecord } from "../../benchmarks/record/read_records.ts";
import { type ReportGroup, reportGroups } from "../../reports/catalogue.ts";
import { makeRecord, store } from "./fixtures.ts";

/** The ablation whose rows are made. */
export const ABLATION = "rmnist_ablation_ode2vae";

/** What a row's records may differ in. */
export interface AblationOptions {
  readonly status?: CellStatus;
  readonly tier?: Tier;
  readonly benchmark?: string;
}

/** A record of a row: its test error, and further errors by metric. */
export function ablationRecord(
  model: string,
  seed: number,
  testMse: number,
  others: Readonly<Record<string, number>> = {},
  { status = "completed", tier = "reduced", benchmark = ABLATION }: AblationOptions = {},
): StoredRecord {
  const metrics = status !== "completed" ? [] : Object.entries({ testMse, ...others }).map((
    [name, value],
  ): Metric => ({
    name,
    label: name,
    value,
    unit: "per pixel",
    direction: "lower",
  }));
  const record = makeRecord({ seed, status, tier, metrics });
  return store({
    ...record,
    cell: { ...record.cell, benchmark, version: 1, model },
    traceSha256: traceSha256(metrics, record.curves),
  });
}

/** Records of rows by name, from test errors by seed. */
export function ablationRecords(
  errors: Readonly<Record<string, readonly number[]>>,
): StoredRecord[] {
  return Object.entries(errors).flatMap(([model, values]) =>
    values.map((value, seed) => ablationRecord(model, seed, value))
  );
}

/** The one group of records. */
export function groupOf(records: readonly StoredRecord[]): ReportGroup {
  return reportGroups(records)[0]!;
}

/** The base's errors of three seeds, of mean 0.021. */
export const BASE: readonly number[] = [0.020, 0.021, 0.022];

/** The base's errors with thousandths added. */
export function changed(...thousandths: readonly number[]): number[] {
  return thousandths.map((value, seed) => BASE[seed]! + value / 1000);
}

/** Three rows with a base, and a reference. */
export function exampleRecords(): StoredRecord[] {
  return [
    ...BASE.map((value, seed) =>
      ablationRecord("base", seed, value, {
        // The same on two seeds, two thousandths worse on the third.
        testMseLast: value + (seed === 2 ? 0.002 : 0),
        testMseAveraged: value - [0.0024, 0.0012, 0.0036][seed]!,
      })
    ),
    ...ablationRecords({
      "code-times": changed(1, -1, 3),
      "no-growth": changed(-1.2, -2.4, -3.6),
      "printed-beta": BASE,
      "mean-image": [0.06],
    }),
  ];
}
