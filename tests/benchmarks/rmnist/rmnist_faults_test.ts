import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { TRAIN_IMAGES, TRAIN_LABELS } from "../../../data/sources.ts";
import { gzip, idxBytes } from "../../data/_fixtures.ts";
import {
  type BenchResult,
  contents,
  decode,
  temporaryFolder,
  waitUntil,
} from "../_bench_process.ts";
import { rmnistCommand, runRmnist } from "./_rmnist_process.ts";

/** One clear line at the end of what was said, no stack trace, nothing on standard output. */
function assertFault({ code, stdout, stderr }: BenchResult, wanted: number, line: RegExp): void {
  assertEquals(code, wanted, stderr);
  assertMatch(stderr.trimEnd().split("\n").at(-1)!, line);
  assert(!/^\s+at |file:\/\/|Uncaught/m.test(stderr), stderr);
  assertEquals(stdout, "");
}

/** A folder with one finished result, of a model that needs no training. */
async function finishedRun(empty: string, out: string): Promise<Record<string, string>> {
  const { code, stderr } = await runRmnist(["--models", "mean-image", "--out", out], empty);
  assertEquals(code, 0, stderr);
  const records = contents(join(out, "records"));
  assertEquals(Object.keys(records).length, 1);
  return records;
}

const images = idxBytes([1, 28, 28], new Uint8Array(784));
const wrongType = images.slice();
wrongType[2] = 0x0d;
const damaged = gzip(images);
damaged[damaged.length - 6]! ^= 0xff;

const badFiles: readonly (readonly [string, string, Uint8Array, RegExp])[] = [
  [
    "a gzip stream is cut short",
    TRAIN_IMAGES.name,
    gzip(images).slice(0, -9),
    /^Cannot read \S+images-idx3-ubyte\.gz: its gzip data must be complete, ends early, after \d+ bytes$/,
  ],
  [
    "a gzip stream is damaged",
    TRAIN_LABELS.name,
    damaged,
    /^Cannot read \S+labels-idx1-ubyte\.gz: its gzip data must be complete, is damaged \(.+\)$/,
  ],
  [
    "a magic number is wrong",
    TRAIN_IMAGES.name.replace(".gz", ""),
    wrongType,
    /^Cannot read \S+images-idx3-ubyte as idx: its magic number must be 00 00 08 and 1 to 4 axes, is 00 00 0d 03$/,
  ],
  [
    "a checksum is wrong",
    TRAIN_IMAGES.name,
    gzip(images),
    /^Cannot use \S+: the SHA-256 of its content must be ba891046[0-9a-f]{56}, is [0-9a-f]{64}$/,
  ],
];

Deno.test("bench rmnist exits 1 with one line and leaves results alone when a data file is corrupt", async (test) => {
  using folder = temporaryFolder();
  const [empty, out] = [join(folder.path, "empty"), join(folder.path, "out")];
  Deno.mkdirSync(empty);
  const records = await finishedRun(empty, out);
  for (const [when, name, bytes, line] of badFiles) {
    await test.step(when, async () => {
      const data = Deno.makeTempDirSync({ dir: folder.path });
      Deno.writeFileSync(join(data, name), bytes);
      assertFault(await runRmnist(["--data-dir", data, "--fresh", "--out", out], empty), 1, line);
      assertEquals(contents(join(out, "records")), records);
      assertEquals(contents(join(out, "checkpoints")), {});
    });
  }
});

Deno.test("bench exits 1 with one line, and draws no threes, where ODE2VAE_DATA_DIR names a folder without data", async () => {
  using folder = temporaryFolder();
  const env = { ODE2VAE_DEFINITIONS: "", ODE2VAE_DATA_DIR: folder.path };
  const line =
    /^Cannot use ODE2VAE_DATA_DIR: it must name a folder with the data \(.+\), has no train-images/;
  assertFault(await runRmnist(["--models", "mean-image"], folder.path, env), 1, line);
});

const wrongUses: readonly (readonly [string, readonly string[], RegExp])[] = [
  [
    "the model is unknown",
    ["--models", "ode2vea"],
    /^Cannot run rmnist model "ode2vea": it must be one of mean-image, .* \(did you mean ode2vae\?\)$/,
  ],
  ["the tier is unknown", ["--tier", "long"], /^Cannot run tier "long": it must be one of smoke, /],
  [
    "the backend is unknown",
    ["--backend", "cuda"],
    /^Cannot use backend "cuda": it must be one of auto, tensorflow, /,
  ],
  ["--seeds is x", ["--seeds", "x"], /^Cannot read --seeds: it must be .*, is "x"$/],
  [
    "the data folder does not exist",
    ["--data-dir", "/nowhere"],
    /^Cannot use --data-dir: it must be a folder, is "\/nowhere"$/,
  ],
  [
    "the output folder cannot be written",
    ["--out", "/proc/self"],
    /^Cannot use output folder \/proc\/self: it must be writable: /,
  ],
];

for (const [when, args, line] of wrongUses) {
  Deno.test(`bench rmnist exits 2 with one line when ${when}`, async () => {
    using folder = temporaryFolder();
    using empty = temporaryFolder();
    const out = args.includes("--out") ? [] : ["--out", join(folder.path, "out")];
    assertFault(await runRmnist([...out, ...args], empty.path), 2, line);
    assertEquals([...Deno.readDirSync(folder.path)], [], "nothing was written");
  });
}

Deno.test("bench exits 2 and lists rmnist when the benchmark is unknown", async () => {
  using folder = temporaryFolder();
  const result = await runRmnist(
    ["--out", join(folder.path, "out")],
    folder.path,
    undefined,
    "rmnits",
  );
  assertFault(result, 2, /^Cannot run benchmark "rmnits": it must be one of rmnist\b/);
});

Deno.test("bench rmnist exits 2 when another run is in the folder, which ends as if alone", async () => {
  using folder = temporaryFolder();
  const [empty, out] = [join(folder.path, "empty"), join(folder.path, "out")];
  Deno.mkdirSync(empty);
  const records = await finishedRun(empty, out);
  const args = ["--models", "mean-image,ode2vae-kl", "--seeds", "1", "--out", out];
  const child = rmnistCommand(args, empty).spawn();
  const output = child.output();
  const lock = join(out, ".lock");
  await waitUntil(
    "the first run holds the folder",
    () => Deno.readTextFileSync(lock).includes(`"pid":${child.pid}`),
  );
  assertFault(
    await runRmnist(args, empty),
    2,
    new RegExp(`^Cannot run in .*: process ${child.pid} on .+ is running there$`),
  );
  const first = decode(await output);
  assertEquals(first.code, 0, first.stderr);
  const after = contents(join(out, "records"));
  assertEquals(Object.keys(after).length, 2);
  for (const [name, text] of Object.entries(records)) assertEquals(after[name], text);
});
