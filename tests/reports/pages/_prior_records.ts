/** Records of GPPVAE with its Gaussian process, for tests. */
import type { CellRecord, JsonNumber, LabelledMatrix } from "../../../benchmarks/record/record.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
import { makeRecord } from "../fixtures.ts";

/** Four views. */
export const angles = { label: "angle (degrees)", coordinates: [0, 90, 180, 270] };
/** Two principal directions. */
export const directions = { label: "principal direction", coordinates: [1, 2] };

/** A matrix without unit. */
export function matrixOf(
  name: string,
  label: string,
  rows: LabelledMatrix["rows"],
  columns: LabelledMatrix["columns"],
  values: readonly JsonNumber[],
): LabelledMatrix {
  return { name, label, unit: "", rows, columns, values };
}

/** Covariance between the views; one value is not finite. */
export const covariance = matrixOf("viewCovariance", "covariance between views", angles, angles, [
  ...[1, 0.25, -0.5, 0.25],
  ...[0.25, 1, 0.25, -0.5],
  ...[-0.5, 0.25, 1, 0.25],
  ...[0.25, -0.5, 0.25, "NaN"] as const,
]);
/** What a record of GPPVAE tells of its prior. */
export const matrices: readonly LabelledMatrix[] = [
  covariance,
  matrixOf(
    "codeDirectionShares",
    "shares",
    { label: "all", coordinates: [1] },
    directions,
    [0.75, 0.2],
  ),
  matrixOf("posteriorCodes0", "training digit 0: posterior-mean codes", directions, angles, [
    ...[2, 0, -2, 0],
    ...[0, 1, 0, -1],
  ]),
  matrixOf("encodedCodes0", "training digit 0: the encoder's codes", directions, {
    label: "angle (degrees)",
    coordinates: [0, 270],
  }, [2.5, 0.5, 0, -1.5]),
];

/** Records of GPPVAE-dis: the first diverged, the others told a prior with the noise of their seed. */
export function priorRecords(): CellRecord[] {
  return [0, 1, 2].map((seed) => {
    const record = makeRecord({ seed, status: seed === 0 ? "diverged" : "completed" });
    const metrics = seed === 0 ? [] : [{
      name: "noiseVariance",
      label: "noise",
      value: seed / 8,
      unit: "",
      direction: "lower" as const,
    }];
    return {
      ...record,
      cell: { ...record.cell, model: "gppvae-dis" },
      metrics,
      traceSha256: traceSha256(metrics, record.curves),
      matrices: seed === 0 ? [] : matrices,
    };
  });
}
