/**
 * Validation of a record read from disk: nothing half-written or of another layout is read as a result.
 *
 * @module
 */
import {
  type CellIdentity,
  type CellRecord,
  type CellStatus,
  type Curve,
  type Fingerprint,
  type LabelledMatrix,
  type MatrixAxis,
  type Metric,
  RECORD_SCHEMA,
  type SequenceSample,
  type Tier,
  type TimePart,
  type TimeSplit,
} from "./record.ts";
import { migrateRecord } from "./migrate_record.ts";
import {
  asArray,
  asCount,
  asFinite,
  asJsonNumber,
  asObject,
  asOneOf,
  asSettings,
  asSha256,
  asString,
} from "./_validate.ts";

/** The tiers, from short to long. */
export const tiers: readonly Tier[] = ["smoke", "quick", "reduced", "paper"];
const statuses: readonly CellStatus[] = ["completed", "diverged", "failed", "interrupted"];

/**
 * Checks a parsed JSON value and gives it its type; a record of an older schema is migrated first.
 *
 * @throws {SyntaxError} when it is not a record of a known schema; the message says which field is wrong
 */
export function parseRecord(value: unknown): CellRecord {
  const record = migrateRecord(value);
  return {
    schema: RECORD_SCHEMA,
    cell: parseCell(record.cell, "cell"),
    status: asOneOf(record.status, statuses, "status"),
    note: asString(record.note, "note"),
    dataOrigin: asString(record.dataOrigin, "dataOrigin"),
    settings: asSettings(record.settings, "settings"),
    metrics: asArray(record.metrics, "metrics").map((item, i) =>
      parseMetric(item, `metrics[${i}]`)
    ),
    curves: asArray(record.curves, "curves").map((item, i) => parseCurve(item, `curves[${i}]`)),
    sequences: asArray(record.sequences, "sequences")
      .map((item, i) => parseSequence(item, `sequences[${i}]`)),
    matrices: parseMatrices(record.matrices, "matrices"),
    parameters: asCount(record.parameters, "parameters"),
    steps: asCount(record.steps, "steps"),
    traceSha256: asSha256(record.traceSha256, "traceSha256"),
    time: parseTimeSplit(record.time, "time"),
    fingerprint: parseFingerprint(record.fingerprint, "fingerprint"),
    command: asString(record.command, "command"),
    finishedAt: asString(record.finishedAt, "finishedAt"),
  };
}

/**
 * Checks a cell's identity.
 *
 * @param where What an error calls the value.
 * @throws {SyntaxError} when a field is absent or of the wrong type
 */
export function parseCell(value: unknown, where: string): CellIdentity {
  const cell = asObject(value, where);
  return {
    benchmark: asString(cell.benchmark, `${where}.benchmark`),
    version: asCount(cell.version, `${where}.version`),
    model: asString(cell.model, `${where}.model`),
    seed: asCount(cell.seed, `${where}.seed`),
    tier: asOneOf(cell.tier, tiers, `${where}.tier`),
    backend: asString(cell.backend, `${where}.backend`),
    dataSha256: asSha256(cell.dataSha256, `${where}.dataSha256`),
  };
}

/**
 * Checks a metric.
 *
 * @param where What an error calls the value.
 * @throws {SyntaxError} when a field is absent or of the wrong type
 */
export function parseMetric(value: unknown, where: string): Metric {
  const metric = asObject(value, where);
  return {
    name: asString(metric.name, `${where}.name`),
    label: asString(metric.label, `${where}.label`),
    value: asJsonNumber(metric.value, `${where}.value`),
    unit: asString(metric.unit, `${where}.unit`),
    direction: asOneOf(metric.direction, ["lower", "higher"], `${where}.direction`),
  };
}

/**
 * Checks a curve.
 *
 * @param where What an error calls the value.
 * @throws {SyntaxError} when a field is wrong, or x and y differ in length
 */
export function parseCurve(value: unknown, where: string): Curve {
  const curve = asObject(value, where);
  const x = asArray(curve.x, `${where}.x`).map((item, i) => asFinite(item, `${where}.x[${i}]`));
  const y = asArray(curve.y, `${where}.y`).map((item, i) => asJsonNumber(item, `${where}.y[${i}]`));
  if (x.length !== y.length) {
    throw new SyntaxError(
      `${where}.y must have as many values as x (${x.length}): current value is ${y.length}`,
    );
  }
  return {
    name: asString(curve.name, `${where}.name`),
    label: asString(curve.label, `${where}.label`),
    xLabel: asString(curve.xLabel, `${where}.xLabel`),
    x,
    y,
  };
}

function parseSequence(value: unknown, where: string): SequenceSample {
  const sequence = asObject(value, where);
  const size = {
    height: asCount(sequence.height, `${where}.height`),
    width: asCount(sequence.width, `${where}.width`),
    frames: asCount(sequence.frames, `${where}.frames`),
  };
  const base64Length = Math.ceil(size.height * size.width * size.frames / 3) * 4;
  const bytes = (item: unknown, name: string): string => {
    const text = asString(item, `${where}.${name}`);
    if (text.length === base64Length) return text;
    throw new SyntaxError(
      `${where}.${name} must have ${base64Length} base64 digits: current value is ${text.length}`,
    );
  };
  return {
    label: asString(sequence.label, `${where}.label`),
    ...size,
    missing: asArray(sequence.missing, `${where}.missing`)
      .map((item, i) => asCount(item, `${where}.missing[${i}]`)),
    truth: bytes(sequence.truth, "truth"),
    reconstruction: bytes(sequence.reconstruction, "reconstruction"),
    ...(sequence.deviation === undefined
      ? {}
      : { deviation: bytes(sequence.deviation, "deviation") }),
  };
}

function parseMatrices(value: unknown, where: string): LabelledMatrix[] {
  const matrices = asArray(value, where).map((item, i) => parseMatrix(item, `${where}[${i}]`));
  matrices.forEach(({ name }, i) => {
    if (matrices.findIndex((other) => other.name === name) < i) {
      throw new SyntaxError(
        `${where}[${i}].name must be its own: current value is "${name}" twice`,
      );
    }
  });
  return matrices;
}

function parseMatrix(value: unknown, where: string): LabelledMatrix {
  const matrix = asObject(value, where);
  const [rows, columns] = (["rows", "columns"] as const)
    .map((axis) => parseAxis(matrix[axis], `${where}.${axis}`)) as [MatrixAxis, MatrixAxis];
  const values = asArray(matrix.values, `${where}.values`)
    .map((item, i) => asJsonNumber(item, `${where}.values[${i}]`));
  const size = [rows.coordinates.length, columns.coordinates.length] as const;
  if (values.length !== size[0] * size[1]) {
    throw new SyntaxError(
      `${where}.values must have rows × columns values (${size.join(" × ")}): ` +
        `current value is ${values.length}`,
    );
  }
  return {
    name: asString(matrix.name, `${where}.name`),
    label: asString(matrix.label, `${where}.label`),
    unit: asString(matrix.unit, `${where}.unit`),
    rows,
    columns,
    values,
  };
}

function parseAxis(value: unknown, where: string): MatrixAxis {
  const axis = asObject(value, where);
  const coordinates = asArray(axis.coordinates, `${where}.coordinates`)
    .map((item, i) => asFinite(item, `${where}.coordinates[${i}]`));
  if (coordinates.length === 0) {
    throw new SyntaxError(`${where}.coordinates must not be empty: current number is 0`);
  }
  return { label: asString(axis.label, `${where}.label`), coordinates };
}

/**
 * Checks seconds by purpose.
 *
 * @param where What an error calls the value.
 * @throws {SyntaxError} when a field is absent or of the wrong type
 */
export function parseTimeSplit(value: unknown, where: string): TimeSplit {
  const time = asObject(value, where);
  const seconds = (name: keyof TimeSplit) => asFinite(time[name], `${where}.${name}`);
  return {
    data: seconds("data"),
    compilation: seconds("compilation"),
    training: seconds("training"),
    evaluation: seconds("evaluation"),
    ...(time.parts === undefined ? {} : {
      parts: asArray(time.parts, `${where}.parts`)
        .map((item, i) => parseTimePart(item, `${where}.parts[${i}]`)),
    }),
  };
}

function parseTimePart(value: unknown, where: string): TimePart {
  const part = asObject(value, where);
  return {
    name: asString(part.name, `${where}.name`),
    label: asString(part.label, `${where}.label`),
    seconds: asFinite(part.seconds, `${where}.seconds`),
    count: asCount(part.count, `${where}.count`),
  };
}

/**
 * Checks a fingerprint.
 *
 * @param where What an error calls the value.
 * @throws {SyntaxError} when a field is absent or of the wrong type
 */
export function parseFingerprint(value: unknown, where: string): Fingerprint {
  const fingerprint = asObject(value, where);
  const text = (name: keyof Fingerprint) => asString(fingerprint[name], `${where}.${name}`);
  return {
    suite: text("suite"),
    commit: text("commit"),
    deno: text("deno"),
    v8: text("v8"),
    typescript: text("typescript"),
    backendVersion: text("backendVersion"),
    device: text("device"),
    os: text("os"),
    arch: text("arch"),
    threads: asCount(fingerprint.threads, `${where}.threads`),
    mathsProbe: text("mathsProbe"),
  };
}
