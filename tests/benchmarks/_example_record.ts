/** A valid record to test with. */
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
