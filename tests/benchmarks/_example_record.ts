/** Valid records to test with. */
import { sha256OfJson } from "../../benchmarks/record/canonical_json.ts";
import { type CellRecord, RECORD_SCHEMA, traceSha256 } from "../../benchmarks/record/record.ts";

/** A complete record; `changes` replace its fields, and the hash follows. */
export function exampleRecord(changes: Partial<CellRecord> = {}): CellRecord {
  const record: CellRecord = {
    schema: RECORD_SCHEMA,
    cell: {
      benchmark: "rmnist",
      version: 2,
      model: "ode2vae-kl",
      seed: 3,
      tier: "quick",
      backend: "ort-cpu",
      dataSha256: "0123456789abcdef".repeat(4),
    },
    status: "completed",
    note: "",
    dataOrigin: "MNIST t10k",
    standIn: "",
    settings: { epochs: 2, rate: 1e-3, decoder: "conv", growth: true },
    metrics: [
      { name: "testMse", label: "MSE", value: 0.0188, unit: "per pixel", direction: "lower" },
      { name: "nll", label: "NLL", value: "Infinity", unit: "nats", direction: "lower" },
    ],
    curves: [{
      ...{ name: "loss", label: "loss", unit: "nats", direction: "lower" },
      ...{ xLabel: "epoch", xUnit: "", x: [1, 2], y: [3.5, "NaN"] },
    }],
    exhibits: [{
      kind: "frames",
      name: "sequence0",
      label: "training digit 0",
      ...{ height: 1, width: 2, frames: 3, marked: [1], markedLabel: "hidden" },
      strips: [
        { label: "truth", pixels: "AAECAwQF", white: 1 },
        { label: "reconstruction", pixels: "BQQDAgEA", white: 1 },
      ],
      ofData: true,
    }, {
      kind: "matrix",
      name: "viewCovariance",
      label: "covariance between views",
      unit: "",
      rows: { label: "angle", unit: "degrees", coordinates: [0, 90] },
      columns: { label: "angle", unit: "degrees", coordinates: [0, 90, 180] },
      values: [1, 0.5, "NaN", 0.5, 1, 0.5],
    }],
    parameters: 1234,
    steps: 12,
    traceSha256: "",
    time: {
      ...{ data: 0.5, compilation: 1, training: 8, evaluation: 0.5 },
      parts: [{ name: "epoch", label: "epochs", seconds: 7.5, count: 2 }],
    },
    fingerprint: {
      suite: "@ode2vae/bench 0.1.0",
      commit: "",
      codeSha256: "fedcba9876543210".repeat(4),
      deno: "2.9.6",
      v8: "15",
      typescript: "6",
      backendVersion: "onnxruntime-node 1.30.0",
      device: "CPU",
      os: "linux",
      arch: "x86_64",
      threads: 1,
      mathsProbe: "0123456789abcdef",
    },
    command: "deno task bench rmnist",
    finishedAt: "2026-01-02T03:04:05.000Z",
    ...changes,
  };
  const hash = changes.traceSha256 ?? traceSha256(record.metrics, record.curves);
  return { ...record, traceSha256: hash };
}

const angles = { label: "angle (degrees)", coordinates: [0, 90, 180, 270] };
const directions = { label: "principal direction", coordinates: [1, 2] };

/** A record as the second schema had it, under the hash of its time. */
export function secondSchema(changes: object = {}) {
  const { exhibits: _, standIn: __, ...record } = exampleRecord();
  const { metrics } = record;
  const curves = [
    { name: "loss", label: "loss (nats per sequence)", xLabel: "epoch", x: [1, 2], y: [3, "NaN"] },
    { name: "lengthScale", label: "length scale", xLabel: "epoch", x: [1], y: [2] },
    {
      name: "errorPerAngle",
      label: "MSE per pixel, every angle predicted from frame 0",
      ...{ xLabel: "angle (degrees)", x: [0, 90], y: [0.5, 0.25] },
    },
  ];
  const matrix = (
    name: string,
    label: string,
    rows: object,
    columns: object,
    values: unknown[],
  ) => (
    { name, label, unit: "", rows, columns, values }
  );
  return {
    ...record,
    schema: 2,
    curves,
    sequences: [{
      label: "training digit 0",
      ...{ height: 1, width: 2, frames: 3, missing: [1] },
      ...{ truth: "AAECAwQF", reconstruction: "BQQDAgEA", deviation: "AAAAAAAA" },
    }],
    matrices: [
      matrix("viewCovariance", "covariance between views", angles, angles, [
        ...[1, 0.25, -0.5, 0.25, 0.25, 1, 0.25, -0.5],
        ...[-0.5, 0.25, 1, 0.25, 0.25, -0.5, 0.25, "NaN"],
      ]),
      matrix(
        "codeDirectionShares",
        ...[
          "shares",
          { label: "all", coordinates: [1] },
          directions,
          [0.6349, 0.2] as unknown[],
        ] as const,
      ),
      matrix("posteriorCodes0", "training digit 0: posterior-mean codes", directions, angles, [
        ...[2, 0, -2, 0],
        ...[0, 1, 0, -1],
      ]),
      matrix("encodedCodes0", "training digit 0: the encoder's codes", directions, {
        label: "angle (degrees)",
        coordinates: [0, 270],
      }, [2.5, 0.5, 0, -1.5]),
    ],
    traceSha256: sha256OfJson({ metrics, curves }),
    ...changes,
  };
}
