import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  byBackend,
  chooseReference,
  onData,
  readFinished,
  type Wanted,
} from "../../../benchmarks/check/reference.ts";
import { RunError, UsageError } from "../../../benchmarks/errors.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { writeRecord } from "../../../benchmarks/record/record_file.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { recordWith } from "./_records.ts";

const wanted = { benchmark: "rmnist", version: 2, tier: "quick" } as const;
/** The reference in a folder. */
const readReference = (folder: string, wanted: Wanted) =>
  chooseReference(folder, readFinished(folder), wanted);
const otherData = "f".repeat(64);

function write(folder: string, ...records: readonly CellRecord[]): void {
  for (const record of records) writeRecord(folder, record);
}

Deno.test("chooseReference() gives the finished results of the benchmark, version and tier", () => {
  using folder = temporaryFolder();
  write(
    folder.path,
    recordWith(1),
    recordWith(2, { seed: 1 }, { status: "diverged" }),
    recordWith(3, { seed: 2 }, { status: "failed" }),
    recordWith(4, { tier: "paper" }),
    recordWith(5, { version: 2 }),
    recordWith(6, { benchmark: "balls" }),
  );
  const { records, ...rest } = readReference(folder.path, wanted);
  assertEquals(records.map(({ cell }) => cell.seed), [0, 1]);
  assertEquals(rest, { ...wanted, folder: folder.path });
});

Deno.test("readFinished() looks into records/ when the folder is that of a run", () => {
  using folder = temporaryFolder();
  Deno.mkdirSync(join(folder.path, "records"));
  write(join(folder.path, "records"), recordWith(1));
  assertEquals(readReference(folder.path, wanted).records.length, 1);
});

Deno.test("chooseReference() throws in one line when it has nothing of what is wanted", () => {
  using folder = temporaryFolder();
  const refuses = (
    change: Partial<typeof wanted> | { version: number; tier: "paper" },
    end: string,
  ) => {
    const error = assertThrows(
      () => readReference(folder.path, { ...wanted, ...change }),
      UsageError,
    );
    const start = `Cannot check rmnist against ${folder.path}: it must hold results of `;
    assertEquals(error.message, start + end);
  };
  refuses({}, "benchmark rmnist, holds none");
  write(folder.path, recordWith(1, { benchmark: "balls" }));
  refuses({}, "benchmark rmnist, holds balls");
  write(folder.path, recordWith(1, { version: 3 }), recordWith(1, { version: 4 }));
  refuses({}, "version 2, holds 3, 4");
  refuses({ version: 3, tier: "paper" }, "tier paper, holds quick");
});

Deno.test("readFinished() throws when a record is corrupt", () => {
  using folder = temporaryFolder();
  Deno.truncateSync(writeRecord(folder.path, recordWith(1)), 50);
  assertThrows(() => readReference(folder.path, wanted), RunError, "Cannot read record");
});

Deno.test("onData() and byBackend() narrow a reference, or say what it has", () => {
  using folder = temporaryFolder();
  write(
    folder.path,
    recordWith(1),
    recordWith(2, { backend: "wasm" }),
    recordWith(3, { dataSha256: otherData, backend: "wasm" }),
  );
  const reference = readReference(folder.path, wanted);
  const known = recordWith(1).cell.dataSha256;
  assertEquals(onData(reference, known).records.length, 2);
  assertThrows(
    () => onData(onData(reference, known), otherData),
    UsageError,
    `it must hold results of the data set ${otherData}, holds ${known}`,
  );
  assertEquals(byBackend(reference, "wasm").records.length, 2);
  assertEquals(byBackend(onData(reference, otherData)).records.length, 1);
  assertEquals(
    byBackend(onData(reference, otherData), "ort-cuda").records.length,
    1,
    "another backend is held against the only one that there is",
  );
  for (const backend of [undefined, "ort-cuda"]) {
    assertThrows(
      () => byBackend(reference, backend),
      UsageError,
      `--backend must be one of ort-cpu, wasm, is ${backend ?? "absent"}`,
    );
  }
});
