/** An exhibit of each kind, for tests. */
import type {
  Exhibit,
  MatrixExhibit,
  Motion,
  PlaneField,
  PlanePoints,
  Traces,
} from "../../../models/training/exhibit.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { traceSha256 } from "../../../benchmarks/record/record.ts";
import { makeRecord, makeSequences } from "../fixtures.ts";

/** Four views. */
const angles = { label: "angle", unit: "degrees", coordinates: [0, 90, 180, 270] };

/** Covariance between the views; one value is not finite. */
export const covariance: MatrixExhibit = {
  kind: "matrix",
  name: "viewCovariance",
  label: "covariance between views, for a signal of variance 1",
  unit: "",
  rows: angles,
  columns: angles,
  values: [
    ...[1, 0.25, -0.5, 0.25],
    ...[0.25, 1, 0.25, -0.5],
    ...[-0.5, 0.25, 1, 0.25],
    ...[0.25, -0.5, 0.25, "NaN"] as const,
  ],
};

/** Codes in two directions, a line and points of each of them. */
export const codes: Traces = {
  kind: "traces",
  name: "codesAlongAngle",
  label: "codes along the angle",
  x: { label: "angle", unit: "degrees" },
  xStep: 90,
  marks: [{ x: 90, label: "never shown in training" }],
  sharedY: true,
  panels: [[[2, 0, -2, 0], [2.5, 0.5]], [[0, 1, 0, -1], [0, -1.5]]].map(([smooth, own], k) => ({
    y: { label: `direction ${k + 1}, ${k === 0 ? 75 : 20} % of the variance`, unit: "" },
    series: [
      {
        label: "training digit 0: posterior mean",
        ...{ colour: 0, style: "line" as const },
        ...{ x: [0, 90, 180, 270], y: smooth! },
      },
      {
        label: "training digit 0: the encoder's code",
        ...{ colour: 0, style: "points" as const },
        ...{ x: [0, 270], y: own! },
      },
    ],
  })),
};

/** A long prediction with its band, one value of which is missing, beside its truth. */
export const prediction: Traces = {
  kind: "traces",
  name: "joint",
  label: "joint angles",
  x: { label: "time", unit: "s" },
  panels: [40, 1].map((size, k) => {
    const x = Array.from({ length: 600 }, (_, t) => t / 60);
    const y = x.map((t) => size * Math.sin(2 * t + k));
    const band = (sign: number) => y.map((value, t) => value + sign * size * 0.001 * t);
    return {
      y: { label: ["left knee", "root height"][k]!, unit: ["degrees", "m"][k]! },
      series: [
        {
          ...{ label: "prediction", colour: 0, style: "line" as const, x },
          y: y.map((value, t) => t === 300 ? "NaN" as const : value),
          band: { label: "± 2 standard deviations", lower: band(-1), upper: band(1) },
        },
        { label: "truth", colour: 1, style: "line" as const, x, y: y.map((value) => 0.9 * value) },
      ],
    };
  }),
};

/** Three classes of points around a circle. */
export const points: PlanePoints = {
  kind: "points",
  name: "latentCodes",
  label: "latent codes of test images",
  x: { label: "first dimension", unit: "" },
  y: { label: "second dimension", unit: "" },
  classes: ["seven", "eight", "nine"],
  points: Array.from({ length: 300 }, (_, i) => {
    const angle = (i % 3) * 2.1 + 0.6 * Math.sin(i);
    return [2 * Math.cos(angle), 2 * Math.sin(angle) + Math.cos(7 * i) / 2, i % 3] as const;
  }),
};

/** A density with its peak at (1, 0.5), and the field that flows there. */
export const field: PlaneField = (() => {
  const [columns, rows] = [41, 31];
  const at = (i: number) =>
    [
      -2 + 4 * (i % columns) / (columns - 1),
      -1.5 + 3 * Math.floor(i / columns) / (rows - 1),
    ] as const;
  const grid = Array.from({ length: rows * columns }, (_, i) => at(i));
  return {
    kind: "field",
    name: "density",
    label: "density of the flow",
    x: { label: "x", unit: "" },
    y: { label: "y", unit: "" },
    xRange: [-2, 2],
    yRange: [-1.5, 1.5],
    ...{ columns, rows },
    unit: "per unit of area",
    density: grid.map(([x, y]) => Math.exp(-((x - 1) ** 2) - (y - 0.5) ** 2)),
    vectors: grid.flatMap(([x, y]) => [1 - x, 0.5 - y]),
  };
})();

/** A walker of eight joints, in two motions of 24 and 12 frames. */
export const motion: Motion = (() => {
  const joints = ["hips", "neck", "head", "left hand", "right hand", "left foot", "right foot"];
  const walk = (frames: number, stride: number) =>
    Array.from({ length: frames }, (_, t) => {
      const swing = stride * Math.sin(t / 3);
      const x = t / 10;
      return [
        ...[[x, 1, 0], [x, 1.5, 0], [x, 1.75, 0]],
        ...[[x - swing, 1, 0.2], [x + swing, 1, -0.2], [x + swing, 0, 0.1], [x - swing, 0, -0.1]],
      ].flat();
    }).flat();
  return {
    kind: "motion",
    name: "walk",
    label: "a walk",
    joints,
    parents: [-1, 0, 1, 1, 1, 0, 0],
    frameSeconds: 1 / 30,
    motions: [
      { label: "truth", positions: walk(24, 0.4) },
      { label: "prediction", positions: walk(12, 0.3) },
    ],
  };
})();

/** One of each kind. */
export const allKinds: readonly Exhibit[] = [
  ...makeSequences(0.25, true),
  covariance,
  codes,
  prediction,
  points,
  field,
  motion,
];

/** Records of GPPVAE-dis: the first diverged, the others have exhibits. */
export function exhibitRecords(exhibits: readonly Exhibit[] = [covariance, codes]): CellRecord[] {
  return [0, 1, 2].map((seed) => {
    const record = makeRecord({ seed, status: seed === 0 ? "diverged" : "completed" });
    return {
      ...record,
      cell: { ...record.cell, model: "gppvae-dis" },
      traceSha256: traceSha256(record.metrics, record.curves),
      exhibits: seed === 0 ? [] : exhibits,
    };
  });
}
