import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Settings } from "../../../benchmarks/definition.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  writeCheckpoint,
} from "../../../benchmarks/runner/checkpoint_file.ts";
import type { CellProgress } from "../../../benchmarks/runner/messages.ts";
import { type CellTraining, trainCell } from "../../../benchmarks/runner/train_cell.ts";
import { mutant, mutantCount } from "../../data/_mutants.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";
import { evaluation, ToyTrainer } from "../toy_definition.ts";

const { cell, fingerprint: made } = exampleRecord();
const fingerprint = { ...made, commit: "abc" };

const settings: Settings = {
  epochs: 6,
  stepsPerEpoch: 4,
  stepMilliseconds: 0,
  learningRate: 0.05,
  momentum: 0.9,
  fault: "",
  faultAtStep: 6,
};

function trainer(changes: Settings = {}): ToyTrainer {
  const x = [-1, 0, 1];
  return new ToyTrainer({
    seed: 1,
    data: { x, y: x },
    backend: () => Promise.reject(new Error("the toy computes by itself")),
    settings: { ...settings, ...changes },
  });
}

function training(folder: string, changes: Partial<CellTraining> = {}): CellTraining {
  const { trainer: own = trainer() } = changes;
  return {
    cell,
    trainer: own,
    settings: { ...settings },
    evaluate: async () => evaluation((await own.trained() as () => number)()),
    dataOrigin: "here",
    standIn: "",
    dataSeconds: 2,
    fingerprint,
    command: "deno task bench",
    checkpointPath: join(folder, "a.ckpt"),
    checkpointSeconds: 0,
    stopAsked: () => false,
    onStart: () => {},
    onProgress: () => {},
    onNotice: (line) => {
      throw new Error(line);
    },
    ...changes,
  };
}

async function recordOf(options: CellTraining) {
  const outcome = await trainCell(options);
  if (outcome.kind !== "result") throw new Error("it must be a result");
  return outcome.record;
}

Deno.test("trainCell() gives the same trace when stopped after each epoch and resumed", async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  const whole = await recordOf(training(other.path));
  let stops = 0;
  for (let done = 0; done < 5; done++) {
    let asked = 0;
    const outcome = await trainCell(
      training(folder.path, { stopAsked: () => asked++ === 1, checkpointSeconds: 1e9 }),
    );
    assertEquals(outcome, { kind: "interrupted", epoch: done + 1 });
    stops++;
  }
  const starts: number[] = [];
  const resumed = await recordOf(
    training(folder.path, { onStart: (epoch, epochs) => starts.push(epoch, epochs) }),
  );
  assertEquals([stops, starts], [5, [5, 6]]);
  assertEquals(resumed.metrics, whole.metrics);
  assertEquals(resumed.curves, whole.curves);
  assertEquals(resumed.traceSha256, whole.traceSha256);
  assertEquals(resumed.steps, 24);
  // Six processes: each loads the data (2 s), compiles (0.25 s) and warms up twice.
  assertEquals([resumed.time.data, resumed.time.compilation], [12, 1.5]);
  assertEquals([whole.time.data, whole.time.compilation], [2, 0.25]);
  const warmUp = { name: "warmUp", label: "warming up" };
  assertEquals(resumed.time.parts, [{ ...warmUp, seconds: 0.75, count: 12 }]);
  assertEquals(whole.time.parts, [{ ...warmUp, seconds: 0.125, count: 2 }]);
});

Deno.test("trainCell() records a divergence with the curves so far and no metrics", async () => {
  using folder = temporaryFolder();
  const record = await recordOf(training(folder.path, { trainer: trainer({ fault: "nan" }) }));
  assertEquals(record.status, "diverged");
  assertEquals(record.note, "training diverged: loss was not finite at step 6");
  assertEquals(record.metrics, []);
  assertEquals(record.curves.map(({ name, x }) => [name, x]), [["loss", [1]]]);
});

Deno.test("trainCell() throws what the trainer throws when it is no divergence", async () => {
  using folder = temporaryFolder();
  const broken = training(folder.path, { trainer: trainer({ fault: "throw" }) });
  await assertRejects(() => trainCell(broken), TypeError, "the toy broke");
});

Deno.test("trainCell() goes straight to the evaluation when an earlier one failed", async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  const failing = training(folder.path, {
    evaluate: () => Promise.reject(new TypeError("the score broke")),
    checkpointSeconds: 1e9,
  });
  await assertRejects(() => trainCell(failing), TypeError, "the score broke");
  const starts: number[] = [];
  const record = await recordOf(
    training(folder.path, { onStart: (epoch, epochs) => starts.push(epoch, epochs) }),
  );
  assertEquals(starts, [6, 6]);
  assertEquals(record.traceSha256, (await recordOf(training(other.path))).traceSha256);
});

Deno.test("trainCell() evaluates at once when there are no epochs", async () => {
  using folder = temporaryFolder();
  const record = await recordOf(training(folder.path, { trainer: trainer({ epochs: 0 }) }));
  assertEquals([record.status, record.steps, record.metrics.length], ["completed", 0, 1]);
});

Deno.test("trainCell() goes on with a notice when the checkpoint cannot be written", async () => {
  using folder = temporaryFolder();
  const notices: string[] = [];
  const record = await recordOf(training(folder.path, {
    checkpointPath: join(folder.path, "absent", "a.ckpt"),
    onNotice: (line) => notices.push(line),
  }));
  assertEquals(record.status, "completed");
  assertEquals(notices.length, 1, "told once");
  assertEquals(
    /^Cannot write checkpoint .*; training goes on$/.test(notices[0]!),
    true,
    notices[0],
  );
});

Deno.test("trainCell() reports each step and each epoch", async () => {
  using folder = temporaryFolder();
  const seen: CellProgress[] = [];
  await recordOf(training(folder.path, {
    trainer: trainer({ epochs: 2 }),
    onProgress: (progress) => seen.push(progress),
  }));
  assertEquals(seen.map(({ epoch, step, steps }) => [epoch, step, steps]), [
    [0, 1, 4],
    [0, 2, 4],
    [0, 3, 4],
    [0, 4, 4],
    [1, 0, 0],
    [1, 1, 4],
    [1, 2, 4],
    [1, 3, 4],
    [1, 4, 4],
    [2, 0, 0],
  ]);
  assertEquals(seen.every(({ epochs, live }) => epochs === 2 && "loss" in live), true);
});

Deno.test("trainCell() says when other code made the checkpoint, and names all code in the record", async () => {
  const codes = async (...parts: readonly (readonly [commit: string, codeSha256: string])[]) => {
    using folder = temporaryFolder();
    const lines: string[] = [];
    let note = "";
    for (const [i, [commit, codeSha256]] of parts.entries()) {
      let asked = 0;
      const outcome = await trainCell(training(folder.path, {
        fingerprint: { ...fingerprint, commit, codeSha256: codeSha256.repeat(64) },
        stopAsked: () => i < parts.length - 1 && asked++ === 1,
        onNotice: (line) => lines.push(line),
      }));
      if (outcome.kind === "result") {
        assertEquals(outcome.record.status, "completed");
        note = outcome.record.note;
      }
    }
    return [lines, note];
  };
  const words = "Resumed from a checkpoint that other code made:";
  assertEquals(await codes(["abc", "1"], ["abc", "1"]), [[], ""]);
  const [one, two] = ["commit abc (code 11111111)", "commit def (code 22222222)"];
  assertEquals(await codes(["abc", "1"], ["def", "2"]), [
    [`${words} ${one}`],
    `computed by ${one}, then ${two}`,
  ]);
  // A commit that changes no code is no other code.
  assertEquals(await codes(["abc", "1"], ["def", "1"]), [[], ""]);
  assertEquals(await codes(["abc", "1"], ["def", "2"], ["ghi", "1"]), [
    [`${words} ${one}`, `${words} ${two}`],
    `computed by ${one}, then ${two}`,
  ]);
  // Uncommitted changes differ in their hash alone.
  assertEquals(await codes(["abc+dirty", "1"], ["abc+dirty", "2"]), [
    [`${words} commit abc+dirty (code 11111111)`],
    "computed by commit abc+dirty (code 11111111), then commit abc+dirty (code 22222222)",
  ]);
  assertEquals(
    (await codes(["abc", "1"], ["def", "2"], ["def", "2"]))[1],
    `computed by ${one}, then ${two}`,
  );
});

Deno.test("trainCell() starts afresh with a notice when the checkpoint does not fit the trainer", async () => {
  using folder = temporaryFolder();
  let asked = 0;
  await trainCell(training(folder.path, { stopAsked: () => asked++ === 1 }));
  const own = trainer();
  own.restore = () => {
    throw new RangeError("weights must have 3 values, have 2");
  };
  const notices: string[] = [];
  const record = await recordOf(
    training(folder.path, { trainer: own, onNotice: (line) => notices.push(line) }),
  );
  assertEquals(notices, [
    `Cannot resume from ${join(folder.path, "a.ckpt")}: weights must have 3 values, have 2; ` +
    "training starts afresh",
  ]);
  const other = temporaryFolder();
  const unbroken = await recordOf(training(other.path));
  other[Symbol.dispose]();
  assertEquals(record.traceSha256, unbroken.traceSha256);
});

/** A checkpoint after two epochs. */
async function checkpointAfterTwo(folder: string): Promise<Checkpoint> {
  let asked = 0;
  await trainCell(training(folder, { stopAsked: () => asked++ === 2 }));
  return decodeCheckpoint(Deno.readFileSync(join(folder, "a.ckpt")));
}

Deno.test("trainCell() starts afresh with a notice when an array of a checkpoint is absent, longer or of another type", async () => {
  using folder = temporaryFolder();
  const whole = await recordOf(training(join(folder.path, "absent"), { onNotice: () => {} }));
  const { arrays, ...checkpoint } = await checkpointAfterTwo(folder.path);
  const { weights: _, ...without } = arrays;
  for (
    const [changed, words] of [
      [without, "weights must have 2 values of Float64Array, has none"],
      [{ ...arrays, counter: new Int32Array(2) }, "has 2 values of Int32Array"],
      [{ ...arrays, velocity: new Float64Array(2) }, "has 2 values of Float64Array"],
    ] as const
  ) {
    writeCheckpoint(join(folder.path, "a.ckpt"), { ...checkpoint, arrays: changed });
    const notices: string[] = [];
    const record = await recordOf(
      training(folder.path, { onNotice: (line) => notices.push(line) }),
    );
    assertEquals([record.status, record.traceSha256], ["completed", whole.traceSha256]);
    assertEquals(notices.length, 1);
    assertStringIncludes(notices[0]!, words);
  }
});

Deno.test("trainCell() gives a result whatever its checkpoint is, of a good hash or not", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.ckpt");
  const whole = await recordOf(training(join(folder.path, "absent"), { onNotice: () => {} }));
  const good = encodeCheckpoint(await checkpointAfterTwo(folder.path));
  let fresh = 0;
  for (let i = 0; i < mutantCount(500); i++) {
    const bytes = mutant(good, i);
    if (i % 2 === 1 && bytes.length >= 40) {
      bytes.set(createHash("sha256").update(bytes.subarray(40)).digest(), 8);
    }
    Deno.writeFileSync(path, bytes);
    const notices: string[] = [];
    const record = await recordOf(
      training(folder.path, { onNotice: (line) => notices.push(line) }),
    );
    const [notice = ""] = notices;
    if (!notice.endsWith("; training starts afresh")) continue;
    fresh++;
    assertEquals(record.traceSha256, whole.traceSha256, `mutant ${i}: ${notice}`);
    assertEquals(notice.includes("\n"), false);
  }
  assert(fresh > mutantCount(500) / 2, `${fresh} started afresh`);
});
