import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  acceptCommand,
  type AcceptOptions,
  acceptResults,
  main,
  parseAcceptArgs,
} from "../../../benchmarks/commands/accept.ts";
import { helpText } from "../../../benchmarks/commands/command_line.ts";
import { ACCEPTED_FILE, readAcceptances } from "../../../benchmarks/check/accepted.ts";
import { RunError, UsageError } from "../../../benchmarks/errors.ts";
import { type FileOperations, fileOperations } from "../../../benchmarks/record/atomic_file.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { writeRecord } from "../../../benchmarks/record/record_file.ts";
import { readRecords } from "../../../benchmarks/record/read_records.ts";
import { benchmarks } from "../../../benchmarks/registry.ts";
import { taskArgs } from "../../tasks.ts";
import { contents, decode, temporaryFolder } from "../_bench_process.ts";
import { recordWith } from "../check/_records.ts";

const context = { now: "2026-11-21T12:00:00.000Z", commit: "a".repeat(40) };

function options(...args: string[]): AcceptOptions {
  const options = parseAcceptArgs(["rmnist", ...args]);
  if (options === "help") throw new Error(options);
  return options;
}

/** The files of the reference; the lock is no part of it. */
function reference(against: string): Record<string, string> {
  const { ".lock": _, ...files } = contents(against);
  return files;
}

/** A reference of three seeds, and a run's results. */
function folders(path: string, results: readonly CellRecord[]) {
  const [against, out] = [join(path, "reference"), join(path, "out")];
  Deno.mkdirSync(join(out, "records"), { recursive: true });
  Deno.mkdirSync(against);
  for (const seed of [0, 1, 2]) writeRecord(against, recordWith(1 + seed / 10, { seed }));
  for (const record of results) writeRecord(join(out, "records"), record);
  const accept = (...args: string[]) =>
    acceptResults(
      { benchmarks },
      options("--against", against, "--out", out, ...args),
      context,
    );
  return { against, out, accept };
}

Deno.test("acceptResults() replaces what differs, adds what is new, and keeps the reason and the former value", () => {
  using folder = temporaryFolder();
  const changed = recordWith(1.5, { seed: 1 }, {
    command: "deno task bench rmnist --data-dir /home/me/mnist --tier quick",
    exhibits: recordWith(1).exhibits,
  });
  const { against, accept } = folders(folder.path, [
    recordWith(1, { seed: 0 }),
    changed,
    recordWith(2, { seed: 3 }),
    recordWith(9, { seed: 2 }, { status: "failed" }),
    recordWith(9, { seed: 2, tier: "paper" }),
  ]);
  const before = contents(against);
  assertEquals(accept("--reason", "Sums in another order"), [
    "accepted ode2vae-kl seed 1: testMse 1.1000 -> testMse 1.5000",
    "added ode2vae-kl seed 3: testMse 2.0000",
  ]);
  const values = readRecords(against).map(({ cell, metrics }) => [cell.seed, metrics[0]!.value]);
  assertEquals(values, [[0, 1], [1, 1.5], [2, 1.2], [3, 2]]);
  const [, renewed] = readRecords(against);
  assertEquals(renewed!.command, "deno task bench rmnist --data-dir DIR --tier quick");
  const [entry, ...others] = readAcceptances(against);
  assertEquals(others, []);
  assertEquals(
    [entry!.reason, entry!.acceptedAt, entry!.commit, entry!.tier, entry!.benchmark],
    ["Sums in another order", context.now, context.commit, "quick", "rmnist"],
  );
  assertEquals(
    entry!.cells.map(({ seed, former, accepted }) => [
      seed,
      former?.metrics[0]?.value,
      accepted.metrics[0]!.value,
    ]),
    [[1, 1.1, 1.5], [3, undefined, 2]],
  );
  assertEquals(entry!.cells[1]!.former, null);
  for (const [name, text] of Object.entries(contents(against))) {
    if (/seed[02]/.test(name)) assertEquals(text, before[name], "the rest stays byte for byte");
  }
  assertEquals(accept("--reason", "Again"), ["nothing to accept: 3 results as in the reference"]);
  assertEquals(readAcceptances(against).length, 1);
});

Deno.test("acceptResults() takes equal values of which another way is better, as a check fails them", () => {
  using folder = temporaryFolder();
  const { against, accept } = folders(folder.path, [
    recordWith(1, { seed: 0 }, { direction: "higher" }),
  ]);
  assertEquals(accept("--reason", "r").length, 1);
  assertEquals(readRecords(against)[0]!.metrics[0]!.direction, "higher");
});

Deno.test("acceptResults() takes the models, seeds and backend that are asked for", () => {
  using folder = temporaryFolder();
  const { against, accept } = folders(folder.path, [
    recordWith(5, { seed: 0 }),
    recordWith(5, { seed: 1 }),
    recordWith(5, { seed: 0, model: "ode2vae" }),
    recordWith(5, { seed: 0, backend: "wasm" }),
  ]);
  const args = ["--models", "ode2vae-kl", "--seeds", "0,", "--reason", "r"];
  assertEquals(accept(...args, "--backend", "ort-cpu").length, 1);
  // Another backend is another line of the list.
  accept("--reason", "all");
  assertEquals(
    readAcceptances(against).map(({ backend, cells }) => [backend, cells.length]),
    [["ort-cpu", 1], ["ort-cpu", 2], ["wasm", 1]],
  );
});

Deno.test("acceptResults() tells of results of a dirty checkout", () => {
  using folder = temporaryFolder();
  const record = recordWith(5);
  const fingerprint = { ...record.fingerprint, commit: `${"b".repeat(40)}+dirty` };
  const { accept } = folders(folder.path, [{ ...record, fingerprint }]);
  const lines = accept("--reason", "r");
  assertStringIncludes(lines.at(-1)!, "computed with uncommitted changes");
});

Deno.test("acceptResults() writes nothing when there is no result, or the list is damaged", () => {
  using folder = temporaryFolder();
  const { against, accept } = folders(folder.path, [recordWith(5)]);
  const before = contents(against);
  assertThrows(
    () => accept("--reason", "r", "--tier", "paper"),
    RunError,
    "must hold a finished one of version 2 and tier paper, holds none",
  );
  assertThrows(
    () => accept("--reason", "r", "--models", "x"),
    UsageError,
    'Cannot run rmnist model "x"',
  );
  Deno.writeTextFileSync(join(against, ACCEPTED_FILE), "{\n");
  assertThrows(() => accept("--reason", "r"), RunError, "Cannot read accepted changes");
  Deno.removeSync(join(against, ACCEPTED_FILE));
  assertEquals(reference(against), before);
});

for (const operation of ["openSync", "writeSync", "syncSync", "renameSync"] as const) {
  Deno.test(`acceptResults() writes neither reason nor records when ${operation} fails at any file`, () => {
    using folder = temporaryFolder();
    const { against, out, accept } = folders(folder.path, [
      recordWith(5, { seed: 0 }),
      recordWith(5, { seed: 3 }),
    ]);
    const before = reference(against);
    // The reason, a record that is replaced and one that is new.
    for (const failing of [1, 2, 3]) {
      let calls = 0;
      const failingOnce = {
        ...fileOperations,
        [operation]: (...args: never[]) => {
          if (++calls === failing) throw new Error("No space left on device (os error 28)");
          return (fileOperations[operation] as (...args: never[]) => unknown)(...args);
        },
      };
      assertThrows(
        () =>
          acceptResults(
            { benchmarks },
            options("--against", against, "--out", out, "--reason", "r"),
            context,
            failingOnce,
          ),
        RunError,
        `Cannot write results into ${against}: no space left on device`,
      );
      assertEquals(reference(against), before, `call ${failing}`);
    }
    assertEquals(accept("--reason", "r").length, 2, "what was not accepted can be");
    assertEquals(readAcceptances(against).map(({ cells }) => cells.length), [2]);
  });
}

Deno.test("acceptResults() completes what a crash after the reason left", () => {
  using folder = temporaryFolder();
  const { against, out, accept } = folders(folder.path, [recordWith(5, { seed: 0 })]);
  const crash = () => {
    throw new Error("crash");
  };
  let renames = 0;
  const renameSync: FileOperations["renameSync"] = (from, to) =>
    renames++ === 0 ? Deno.renameSync(from, to) : crash();
  assertThrows(() =>
    acceptResults(
      { benchmarks },
      options("--against", against, "--out", out, "--reason", "r"),
      context,
      { ...fileOperations, renameSync, removeSync: crash },
    )
  );
  assertEquals(readAcceptances(against).length, 1, "the reason comes first");
  assertEquals(accept("--reason", "r"), [
    "accepted ode2vae-kl seed 0: testMse 1.0000 -> testMse 5.0000",
  ]);
  assertEquals(Object.keys(reference(against)).filter((name) => name.startsWith(".")), []);
});

Deno.test("accept keeps every reason when six processes accept at once", async () => {
  using folder = temporaryFolder();
  const seeds = [0, 1, 2, 3, 4, 5];
  const { against, out } = folders(folder.path, seeds.map((seed) => recordWith(5, { seed })));
  const outputs = await Promise.all(seeds.map((seed) =>
    new Deno.Command(Deno.execPath(), {
      args: taskArgs("accept", [
        ...["rmnist", "--against", against, "--out", out],
        ...["--seed", `${seed}`, "--reason", `seed ${seed}`],
      ]),
    }).output()
  ));
  assertEquals(outputs.map((output) => decode(output).stderr), seeds.map(() => ""));
  assertEquals(
    readAcceptances(against).map(({ reason }) => reason).sort(),
    seeds.map((seed) => `seed ${seed}`),
  );
  assertEquals(readRecords(against).map(({ metrics }) => metrics[0]!.value), seeds.map(() => 5));
});

const refused = [
  [[], "--reason must be a line of text, got none"],
  [["--reason", "  "], "--reason must be a line of text, got none"],
  [["--reason", "a\nb"], "--reason must be a line of text, got several lines"],
  [["--reason", "r", "--tier", "fast"], 'Cannot run tier "fast"'],
  [["--reason", "r", "--fresh"], 'Cannot use option "--fresh": it must be one of --reason, '],
  [["--reason", "r", "--out"], "Cannot use option --out: it must have a value"],
] as const;

for (const [args, message] of refused) {
  Deno.test(`parseAcceptArgs() throws when the arguments are "${args.join(" ")}"`, () => {
    assertThrows(() => parseAcceptArgs(["rmnist", ...args]), UsageError, message);
  });
}

Deno.test("parseAcceptArgs() gives the help, which names every option", () => {
  assertEquals(parseAcceptArgs(["--help"]), "help");
  const error = assertThrows(() => parseAcceptArgs(["rmnist", "--fresh"]), UsageError);
  for (const name of error.message.match(/--[a-z-]+(?=,)/g)!) {
    assertStringIncludes(helpText(acceptCommand), name);
  }
});

Deno.test("accept exits 2 for wrong usage and 1 when there is nothing, in one line", async () => {
  using folder = temporaryFolder();
  const run = async (...args: string[]) => {
    const [out, errors]: [string[], string[]] = [[], []];
    const io = {
      print: (line: string) => out.push(line),
      log: (line: string) => errors.push(line),
    };
    const code = await main(args, io);
    return { code, out, errors };
  };
  assertEquals((await run("--help")).out, [helpText(acceptCommand)]);
  const wrong = await run("rmnist");
  assertEquals([wrong.code, wrong.out, wrong.errors.length], [2, [], 1]);
  const none = await run("rmnist", "--reason", "r", "--out", folder.path);
  assertEquals([none.code, none.out], [1, []]);
  assertMatch(none.errors[0]!, /^Cannot accept results of rmnist: .*, holds none$/);
  const unknown = await run("balls", "--reason", "r");
  assertEquals(unknown.code, 2);
});
