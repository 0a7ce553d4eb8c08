/** Realistic records for tests: several models × seeds, with curves and sequences of a rotated stroke. */
import { recordFileName } from "../../benchmarks/record/record_file.ts";
import type { FrameStrips } from "../../models/training/exhibit.ts";
import {
  type CellRecord,
  type CellStatus,
  type Curve,
  type Metric,
  RECORD_SCHEMA,
  type Tier,
  traceSha256,
} from "../../benchmarks/record/record.ts";
import type { StoredRecord } from "../../benchmarks/record/read_records.ts";

/** mulberry32: enough for fixtures, and the same numbers everywhere. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A figure three as two arcs, rotated by `angle`, blurred by `spread` pixels; 28 × 28 bytes. */
function drawThree(angle: number, slant: number, spread: number, ghost: number): Uint8Array {
  const pixels = new Uint8Array(28 * 28);
  const points: [number, number][] = [];
  for (let i = 0; i <= 24; i++) {
    const a = (-0.75 + (1.25 * i) / 24) * Math.PI;
    points.push([4.2 * Math.cos(a), -4 + 4 * Math.sin(a)]);
    const b = (-0.5 + (1.25 * i) / 24) * Math.PI;
    points.push([4.8 * Math.cos(b), 4 + 4 * Math.sin(b)]);
  }
  const c = Math.cos(angle), s = Math.sin(angle);
  const placed = points.map(([x, y]) => {
    const sx = x - slant * y;
    return [13.5 + c * sx + s * y, 13.5 - s * sx + c * y] as const;
  });
  for (let row = 0; row < 28; row++) {
    for (let col = 0; col < 28; col++) {
      let nearest = Infinity;
      for (const [x, y] of placed) {
        nearest = Math.min(nearest, (x - col) ** 2 + (y - row) ** 2);
      }
      const ink = Math.exp(-nearest / (2 * spread * spread));
      pixels[row * 28 + col] = Math.round(255 * Math.min(1, ink * (1 - ghost)));
    }
  }
  return pixels;
}

function strip(label: string, frames: readonly Uint8Array[], white = 1) {
  let text = "";
  for (const frame of frames) for (const byte of frame) text += String.fromCharCode(byte);
  return { label, pixels: btoa(text), white };
}

const MISSING = [[3, 1, 6, 9, 14], [3, 0, 5, 10, 12]];

const drawn = new Map<string, FrameStrips[]>();

/** Two digits of 16 frames; `blur` is how far the model is from the truth. Drawn once for all records. */
export function makeSequences(blur: number, deviation: boolean): FrameStrips[] {
  const key = `${blur} ${deviation}`;
  const sequences = drawn.get(key) ?? drawSequences(blur, deviation);
  drawn.set(key, sequences);
  return sequences;
}

function drawSequences(blur: number, deviation: boolean): FrameStrips[] {
  return MISSING.map((missing, digit): FrameStrips => {
    const angles = Array.from({ length: 16 }, (_, t) => (2 * Math.PI * t) / 16);
    const slant = digit === 0 ? 0.25 : -0.1;
    return {
      kind: "frames",
      name: `sequence${digit}`,
      label: `training digit ${digit}`,
      height: 28,
      width: 28,
      frames: 16,
      marked: missing.toSorted((a, b) => a - b),
      markedLabel: "hidden from training",
      strips: [
        strip("truth", angles.map((angle) => drawThree(angle, slant, 1.05, 0))),
        strip(
          "reconstruction",
          angles.map((angle, t) =>
            drawThree(
              angle + blur * 0.1,
              slant,
              1.05 + blur,
              missing.includes(t) ? Math.min(0.7, blur * 0.4) : 0,
            )
          ),
        ),
        ...(deviation
          ? [strip("standard deviation", angles.map((a) => drawThree(a, slant, 1.6, 0.45)), 0.5)]
          : []),
      ],
      ofData: true,
    };
  });
}

interface ModelFixture {
  readonly error: number;
  readonly spread: number;
  readonly epochs: number;
  readonly blur: number;
  readonly deviation: boolean;
}

const MODELS: Readonly<Record<string, ModelFixture>> = {
  "ode2vae": { error: 0.0197, spread: 0.0004, epochs: 120, blur: 0.35, deviation: true },
  "ode2vae-kl": { error: 0.0186, spread: 0.0003, epochs: 120, blur: 0.25, deviation: true },
  "linear-interpolation": { error: 0.0465, spread: 0, epochs: 0, blur: 1.1, deviation: false },
  "mean-image": { error: 0.061, spread: 0, epochs: 0, blur: 3, deviation: false },
  "nearest-angle": { error: 0.067, spread: 0, epochs: 0, blur: 0.8, deviation: false },
};

/** What a fixture may differ in. */
export interface FixtureOptions {
  readonly model?: string;
  readonly seed?: number;
  readonly tier?: Tier;
  readonly status?: CellStatus;
  readonly dataSha256?: string;
  readonly dataOrigin?: string;
  readonly standIn?: string;
  readonly backend?: string;
  readonly metrics?: readonly Metric[];
}

export const REAL_SHA = "5d1f0c9a".repeat(8);
export const PROCEDURAL_SHA = "b42e77d1".repeat(8);
export const STAND_IN = "Not MNIST: these digits were drawn by a generator.";

function metric(
  name: string,
  label: string,
  value: number,
  unit = "per pixel",
  direction: "lower" | "higher" = "lower",
): Metric {
  return { name, label, value, unit, direction };
}

/** One record. */
export function makeRecord(options: FixtureOptions = {}): CellRecord {
  const model = options.model ?? "ode2vae-kl";
  const seed = options.seed ?? 0;
  const status = options.status ?? "completed";
  const fixture = MODELS[model]!;
  const random = makeRandom(1000 * seed + model.length);
  const rate = 18 + 9 * random();
  const error = fixture.error + fixture.spread * (2 * random() - 1);
  const cell = {
    benchmark: "rmnist",
    version: 2,
    model,
    seed,
    tier: options.tier ?? "paper",
    backend: options.backend ?? "ort-cpu",
    dataSha256: options.dataSha256 ?? REAL_SHA,
  } as const;
  const trained = fixture.epochs > 0;
  const epochs = status === "completed" ? fixture.epochs : Math.floor(fixture.epochs / 3);
  const x = Array.from({ length: epochs }, (_, i) => i + 1);
  const decay = (from: number, to: number, noise: number) =>
    x.map((epoch) =>
      Number(
        (to + (from - to) * Math.exp(-epoch / rate) * (1 + noise * (random() - 0.5)) +
          noise * Math.abs(to) * 0.3 * (random() - 0.5)).toPrecision(7),
      )
    );
  const curves: Curve[] = [];
  const add = (
    name: string,
    label: string,
    unit: string,
    direction: "lower" | "higher",
    y: readonly number[],
  ) => curves.push({ name, label, unit, direction, xLabel: "epoch", xUnit: "", x, y });
  if (trained) {
    add("loss", "loss", "nats per sequence", "lower", decay(6200, 1450, 0.06));
    add("reconstruction", "reconstruction", "nats per sequence", "higher", decay(5900, 1320, 0.05));
    add(
      "validationLogLikelihood",
      "validation log-likelihood",
      "nats per frame",
      "higher",
      decay(-540, -98, 0.1),
    );
    add("testMse", "MSE at the unseen angle", "per pixel", "lower", decay(0.085, error, 0.12));
  }
  if (status === "completed") {
    const perAngle = Array.from({ length: 16 }, (_, t) => {
      const observed = fixture.error * (0.45 + 0.1 * Math.sin(t) + 0.05 * random());
      return Number((t === 3 ? error : observed).toPrecision(6));
    });
    curves.push({
      name: "errorPerAngle",
      ...{ label: "MSE", unit: "per pixel", xLabel: "angle", xUnit: "degrees" },
      x: perAngle.map((_, t) => t * 22.5),
      y: perAngle,
    });
  } else if (trained) {
    const loss = curves[0]!;
    curves[0] = { ...loss, y: [...loss.y.slice(0, -1), "NaN"] };
  }
  const metrics = options.metrics ?? (status !== "completed" ? [] : [
    metric("testMse", "MSE at the unseen angle, encoding frame 0 (released protocol)", error),
    metric(
      "testMseStrict",
      "MSE at the unseen angle, encoding the first observed frame",
      error * 1.04,
    ),
    ...(trained
      ? [
        metric("testMseSamples", "MSE of the mean over posterior samples", error * 0.98),
        metric(
          "validationLogLikelihood",
          "validation log-likelihood",
          -98 + random(),
          "nats per frame",
          "higher",
        ),
      ]
      : []),
  ]);
  return {
    schema: RECORD_SCHEMA,
    cell,
    status,
    note: status === "completed" ? "" : "training diverged: loss was not finite at step 240",
    dataOrigin: options.dataOrigin ?? "MNIST t10k images (real handwritten digits)",
    standIn: options.standIn ?? "",
    settings: trained
      ? {
        activation: "relu",
        batch: 60,
        epochs: fixture.epochs,
        hidden: 50,
        initialLogDensity: "paper",
        latent: 8,
        learningRate: 1e-3,
        solverStep: 0.02,
        ...(model === "ode2vae-kl" ? { gamma: 0.1 } : {}),
      }
      : {},
    metrics,
    curves,
    exhibits: status === "completed" ? makeSequences(fixture.blur, fixture.deviation) : [],
    parameters: trained ? 119_433 : 0,
    steps: trained ? epochs * 6 : 0,
    traceSha256: traceSha256(metrics, curves),
    time: {
      data: 0.8,
      compilation: trained ? 2.1 : 0,
      training: trained ? 1834 + 25 * seed : 0,
      evaluation: 3.2,
    },
    fingerprint: {
      suite: "0.1.0",
      commit: "0f3a92bc51d7e88a4c0b7d1a6f2e9c3384d5b6a7",
      codeSha256: "fedcba9876543210".repeat(4),
      deno: "2.9.6",
      v8: "14.2.231.5",
      typescript: "5.9.3",
      backendVersion: "onnxruntime-node 1.30.0",
      device: "AMD EPYC 7B13",
      os: "linux",
      arch: "x86_64",
      threads: 2,
      mathsProbe: "91c2b7d0e4f5a683",
    },
    command: `deno task bench rmnist --tier ${cell.tier} --models ${model} --seeds ${seed},`,
    finishedAt: "2026-11-20T21:00:00.000Z",
  };
}

/** A record under its own file name. */
export function store(record: CellRecord): StoredRecord {
  return { file: recordFileName(record.cell), record };
}

/** Paper-tier records of every model over three seeds, a diverged fourth seed of ODE2VAE, and a quick run on stand-in data. */
export function makeRecords(): StoredRecord[] {
  const paper = Object.keys(MODELS).flatMap((model) =>
    [0, 1, 2].map((seed) => makeRecord({ model, seed }))
  );
  const quick = ["ode2vae-kl", "linear-interpolation"].map((model) =>
    makeRecord({
      model,
      tier: "quick",
      dataSha256: PROCEDURAL_SHA,
      dataOrigin: "procedural generator (drawn threes, not MNIST)",
      standIn: STAND_IN,
    })
  );
  return [...paper, makeRecord({ model: "ode2vae", seed: 3, status: "diverged" }), ...quick]
    .map(store);
}
