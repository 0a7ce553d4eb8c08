import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { readRecords } from "../../../benchmarks/record/read_records.ts";
import { fileOperations, writeFileAtomic } from "../../../benchmarks/record/atomic_file.ts";
import { acquireRunLock } from "../../../benchmarks/runner/output_folders.ts";
import { bench, contents, decode, temporaryFolder, traces } from "../_bench_process.ts";

const smoke = ["toy", "--tier", "smoke", "--models", "sgd", "--seeds", "1"];

/** The one line of an error, and nothing of a stack trace. */
function assertOneLine(stderr: string, expected: RegExp): void {
  const lines = stderr.trimEnd().split("\n");
  assertMatch(lines.at(-1) ?? "", expected);
  assert(!/^\s+at |file:\/\//m.test(stderr), `no stack trace: ${stderr}`);
}

const wrongUses: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "the benchmark is unknown",
    ["rmnits"],
    /^Cannot run benchmark "rmnits": it must be one of toy, /,
  ],
  ["the name of a property is taken for a benchmark", ["toString"], /^Cannot run benchmark "toStr/],
  [
    "no benchmark is named",
    [],
    /^Cannot run: there must be one benchmark name .*, got none$/,
  ],
  [
    "a model is unknown",
    ["toy", "--models", "sgd,adam"],
    /^Cannot run toy model "adam": it must be one of sgd, momentum, start$/,
  ],
  [
    "the tier is unknown",
    ["toy", "--tier", "fast"],
    /^Cannot run tier "fast": it must be one of smoke, quick, reduced, paper$/,
  ],
  [
    "the backend is unknown",
    ["toy", "--backend", "cuda"],
    /^Cannot use backend "cuda": it must be one of auto, tensorflow, /,
  ],
  [
    "the backend cannot run here",
    ["toy", "--backend", "webgpu"],
    /^Cannot use backend "webgpu": no adapter$/,
  ],
  [
    "--seeds is x",
    ["toy", "--seeds", "x"],
    /^Cannot read --seeds: it must be a number of seeds \(5\) or a list of seeds \(0,3,7\), is "x"$/,
  ],
  [
    "--jobs is 0",
    ["toy", "--jobs", "0"],
    /^Cannot read --jobs: it must be a whole number from 1 to 1024, is "0"$/,
  ],
  [
    "an option is unknown",
    ["toy", "--sead", "1"],
    /^Cannot use option "--sead": it must be one of --tier, /,
  ],
  [
    "an option lacks its value",
    ["toy", "--out"],
    /^Cannot use option --out: it must have a value$/,
  ],
  [
    "the data folder does not exist",
    ["toy", "--data-dir", "/nowhere/at/all"],
    /^Cannot use --data-dir: it must be a folder, is "\/nowhere\/at\/all"$/,
  ],
  [
    "the output folder is a file",
    [...smoke, "--out", "/dev/null"],
    /^Cannot use output folder \/dev\/null: it must be writable: /,
  ],
  [
    "the output folder has a comma in its path",
    [...smoke, "--out", "/dev/null/a,b"],
    /^Cannot use output folder \/dev\/null\/a,b: its path must have no comma, .*, is \/dev\/null\/a,b$/,
  ],
  [
    "the output folder is one that Deno lets no cell write",
    [...smoke, "--out", "/dev/shm/ode2vae"],
    /^Cannot use output folder \/dev\/shm\/ode2vae: it must be writable: Deno lets no process /,
  ],
  [
    "the output folder cannot be made",
    [...smoke, "--out", "/proc/ode2vae"],
    /^Cannot use output folder \/proc\/ode2vae: it must be writable: /,
  ],
];

for (const [when, args, expected] of wrongUses) {
  Deno.test(`bench exits 2 with one line when ${when}`, async () => {
    using folder = temporaryFolder();
    const out = args.includes("--out") ? [] : ["--out", join(folder.path, "out")];
    const { code, stderr, stdout } = await bench([...args, ...out]);
    assertEquals(code, 2, stderr);
    assertOneLine(stderr, expected);
    assertEquals(stdout, "");
    assertEquals([...Deno.readDirSync(folder.path)], [], "nothing was written");
  });
}

Deno.test("bench exits 1 with one line when a data file is corrupt", async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, "corrupt");
  Deno.mkdirSync(data);
  const { code, stderr } = await bench([...smoke, "--data-dir", data, "--out", folder.path]);
  assertEquals(code, 1);
  assertOneLine(stderr, /^Cannot read digits: the gzip stream is truncated$/);
});

Deno.test("bench exits 1 with one line before any cell when the data's hash is none", async () => {
  using folder = temporaryFolder();
  const out = join(folder.path, "out");
  const { code, stderr } = await bench(["unhashed", "--tier", "smoke", "--out", out]);
  assertEquals(code, 1);
  assertOneLine(
    stderr,
    /^Cannot load the data of unhashed: their sha256 must be 64 hex digits, is "abc"$/,
  );
  assertEquals([...Deno.readDirSync(folder.path)], [], "nothing was written");
});

Deno.test("bench exits 2 and names the other run when two runs share a folder", async () => {
  using folder = temporaryFolder();
  await bench([...smoke, "--out", folder.path]);
  const before = contents(join(folder.path, "records"));
  using _lock = acquireRunLock(folder.path);
  const { code, stderr } = await bench([...smoke, "--fresh", "--out", folder.path]);
  assertEquals(code, 2, stderr);
  assertOneLine(
    stderr,
    new RegExp(`^Cannot run in .*: process ${Deno.pid} on .+ is running there$`),
  );
  assertEquals(contents(join(folder.path, "records")), before);
});

Deno.test("bench takes the folder over when the process of the lock is dead", async () => {
  using folder = temporaryFolder();
  const dead = new Deno.Command(Deno.execPath(), { args: ["--version"], stdout: "null" }).spawn();
  await dead.status;
  Deno.writeTextFileSync(
    join(folder.path, ".lock"),
    JSON.stringify({ pid: dead.pid, host: Deno.hostname() }),
  );
  const { code, stderr } = await bench([...smoke, "--out", folder.path]);
  assertEquals(code, 0, stderr);
});

Deno.test("bench exits 0 and goes on when training meets a NaN", async () => {
  using folder = temporaryFolder();
  const { code, stderr, stdout } = await bench([
    ...["faulty", "--tier", "smoke", "--models", "sound,diverging", "--out", folder.path],
  ]);
  assertEquals(code, 0, stderr);
  const records = readRecords(join(folder.path, "records"));
  assertEquals(
    records.map(({ cell, status, note, steps }) => [cell.model, cell.seed, status, note, steps]),
    [
      ["diverging", 0, "diverged", "training diverged: loss was not finite at step 6", 6],
      ["diverging", 1, "diverged", "training diverged: loss was not finite at step 6", 6],
      ["sound", 0, "completed", "", 20],
      ["sound", 1, "completed", "", 20],
    ],
  );
  assertStringIncludes(stderr, "2 of 4 cells diverged: diverging seed 0, diverging seed 1");
  assertMatch(stdout, /0\/2/);
  const again = await bench([
    "faulty",
    "--tier",
    "smoke",
    "--models",
    "diverging",
    "--out",
    folder.path,
  ]);
  assertStringIncludes(again.stderr, "cells: 2 (2 done", "a divergence is a result");
});

Deno.test("bench exits 1, finishes the others and retries when a process dies or throws", async () => {
  using folder = temporaryFolder();
  const args = ["faulty", "--tier", "smoke", "--seeds", "1", "--models", "sound,dying,throwing"];
  const { code, stderr } = await bench([...args, "--out", folder.path]);
  assertEquals(code, 1, stderr);
  assertMatch(stderr, /^dying seed 0: failed: its process was killed by SIGKILL/m);
  assertMatch(stderr, /^throwing seed 0: failed: the toy broke in two lines \(more in .*\.log\)$/m);
  assertOneLine(stderr, /^2 of 3 cells failed: dying seed 0, throwing seed 0$/);
  const statuses = () =>
    readRecords(join(folder.path, "records")).map(({ cell, status }) => [cell.model, status]);
  assertEquals(statuses(), [["dying", "failed"], ["sound", "completed"], ["throwing", "failed"]]);
  assertMatch(
    Object.values(contents(join(folder.path, "logs"))).join(),
    /TypeError: the toy broke/,
  );

  const plan = await bench([...args, "--out", folder.path, "--plan"]);
  assertMatch(plan.stdout, /^sound seed 0 +done$/m);
  assertMatch(plan.stdout, /^throwing seed 0 +new \(failed before: the toy broke in two lines\)$/m);
  const healthy = await bench([...args, "--out", folder.path], { ODE2VAE_TOY_HEALTHY: "1" });
  assertEquals(healthy.code, 0, healthy.stderr);
  assertEquals(statuses().map(([, status]) => status), ["completed", "completed", "completed"]);
});

Deno.test("bench exits 1 and has no result when a cell lacks the headline metric", async () => {
  using folder = temporaryFolder();
  const args = ["unscored", "--tier", "smoke", "--seeds", "1", "--out", folder.path];
  const { code, stderr } = await bench(args);
  assertEquals(code, 1, stderr);
  assertMatch(
    stderr,
    /^sgd seed 0: failed: Cannot record the metrics: they must have the headline metric accuracy, are testMse/m,
  );
  const statuses = readRecords(join(folder.path, "records")).map(({ status }) => status);
  assertEquals(statuses, ["failed"]);
});

Deno.test("bench keeps the former result when --fresh fails", async () => {
  using folder = temporaryFolder();
  const args = ["faulty", "--tier", "smoke", "--seeds", "1", "--models", "dying"];
  await bench([...args, "--out", folder.path], { ODE2VAE_TOY_HEALTHY: "1" });
  const before = contents(join(folder.path, "records"));
  assertEquals(Object.keys(before).length, 1);
  const { code } = await bench([...args, "--fresh", "--out", folder.path]);
  assertEquals(code, 1);
  assertEquals(contents(join(folder.path, "records")), before);
});

Deno.test("bench exits 1 and alters nothing when a record is corrupt", async () => {
  using folder = temporaryFolder();
  await bench([...smoke, "--out", folder.path]);
  const records = join(folder.path, "records");
  const [name] = Object.keys(contents(records));
  const path = join(records, name!);
  Deno.truncateSync(path, 200);
  const before = contents(records);
  const { code, stderr } = await bench([...smoke, "--out", folder.path]);
  assertEquals(code, 1, stderr);
  assertOneLine(stderr, /^Cannot read record .*\.json: .* \(move it away to run its cell again\)$/);
  assertEquals(contents(records), before);
});

Deno.test("bench exits 1 and loses no finished record when the disk is full", async () => {
  using folder = temporaryFolder();
  // A file system of 512 KiB, in name spaces of its own: it needs Linux and leave to make user name spaces.
  const inSmallDisk = (script: string) =>
    new Deno.Command("unshare", {
      args: [
        "-rm",
        "sh",
        "-c",
        `mount -t tmpfs -o size=512k tmpfs "$OUT" && ${script}`,
      ],
      env: { OUT: folder.path, DENO: Deno.execPath() },
      stdout: "piped",
      stderr: "piped",
    }).output();
  const canMount = await inSmallDisk("true").then(({ success }) => success, () => false);
  if (!canMount) return assertFullDiskInProcess(folder.path);
  const cli = new URL("../../../benchmarks/commands/bench.ts", import.meta.url).pathname;
  const toy = new URL("../toy_definition.ts", import.meta.url).pathname;
  const run = (seed: number, more = "") =>
    `ODE2VAE_DEFINITIONS=${toy} "$DENO" run -A --quiet ${cli} toy --tier quick --models sgd ` +
    `--checkpoint-seconds 0 --seeds ${seed}, --out "$OUT" ${more} >/dev/null`;
  const fill = 'head -c 1000000 /dev/zero > "$OUT/filler" 2>/dev/null';
  const { code, stderr, stdout } = decode(
    await inSmallDisk(
      // One result; then the disk is full before a cell is trained, and gets full while it is.
      `${run(0)} 2>/dev/null; rm -rf "$OUT/site"; cat "$OUT"/records/*.json; ` +
        // A page is left, which the lock takes.
        `${fill}; truncate -s -4096 "$OUT/filler"; ${
          run(1)
        }; echo "exit $?" >&2; rm "$OUT/filler"; ` +
        `(until ls "$OUT"/checkpoints/*.ckpt; do sleep 0.02; done; ${fill}) >/dev/null 2>&1 & ` +
        `${run(1)}; code=$?; ` +
        `echo "==="; cat "$OUT"/records/*.json; echo "==="; ls -A "$OUT/records"; exit $code`,
    ),
  );
  assertEquals(code, 1, stderr);
  const full = "no space left on device";
  assertMatch(
    stderr,
    new RegExp(`^Cannot use output folder .*: it must be writable: ${full}.*\\nexit 1$`, "mi"),
  );
  assertMatch(
    stderr,
    new RegExp(`sgd seed 1: failed: Cannot write record .*seed1.*: ${full}`, "i"),
  );
  assertMatch(stderr, new RegExp(`Cannot write checkpoint .*: ${full}.*; training goes on$`, "mi"));
  const [before, after, names] = stdout.split("===\n");
  assertMatch(before ?? "", /"status": "completed"/);
  assertEquals(after, before, "the finished record is unaltered");
  assertMatch(names ?? "", /^toy-v1_quick_sgd_seed0_[^\n]*\.json\n$/, "no half of another");
});

/** Where no file system can be mounted: the same failing write, injected. */
function assertFullDiskInProcess(folder: string): void {
  const path = join(folder, "record.json");
  Deno.writeTextFileSync(path, "former");
  let message = "";
  try {
    writeFileAtomic(path, "new", {
      ...fileOperations,
      writeSync: () => {
        throw new Error("No space left on device (os error 28)");
      },
    });
  } catch (error) {
    message = String(error);
  }
  assertMatch(message, /No space left/);
  assertEquals(contents(folder), { "record.json": "former" });
}

for (const part of ["", "/records"]) {
  Deno.test(`bench exits 2 and trains nothing when OUT${part} is read-only`, async () => {
    using folder = temporaryFolder();
    await bench([...smoke, "--out", folder.path]);
    const before = traces(folder.path);
    const closed = `${folder.path}${part}`;
    const isRoot = Deno.uid() === 0;
    // Permissions do not bind root, a read-only mount does.
    const result = isRoot
      ? decode(
        await new Deno.Command("unshare", {
          args: [
            "-rm",
            "sh",
            "-c",
            `mount --bind "$CLOSED" "$CLOSED" && mount -o remount,bind,ro "$CLOSED" && "$DENO" run -A --quiet ${
              new URL("../../../benchmarks/commands/bench.ts", import.meta.url).pathname
            } ${smoke.join(" ")} --fresh --out "$OUT"`,
          ],
          env: {
            OUT: folder.path,
            CLOSED: closed,
            DENO: Deno.execPath(),
            ODE2VAE_DEFINITIONS: new URL("../toy_definition.ts", import.meta.url).pathname,
          },
        }).output(),
      )
      : await (async () => {
        Deno.chmodSync(closed, 0o555);
        const run = await bench([...smoke, "--fresh", "--out", folder.path]);
        Deno.chmodSync(closed, 0o755);
        return run;
      })();
    assertEquals(result.code, 2, result.stderr);
    assertOneLine(
      result.stderr,
      /^Cannot use output folder .*: it must be writable: (read-only|permission denied)/,
    );
    assertEquals(traces(folder.path), before);
  });
}
