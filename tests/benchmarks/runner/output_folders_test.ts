import { assertEquals, assertThrows } from "@std/assert";
import { hostname } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../../benchmarks/errors.ts";
import { acquireRunLock, openOutputFolder } from "../../../benchmarks/runner/output_folders.ts";
import { temporaryFolder } from "../_bench_process.ts";

Deno.test("acquireRunLock() throws and names the holder when the lock is held", () => {
  using folder = temporaryFolder();
  using _lock = acquireRunLock(folder.path);
  assertThrows(
    () => acquireRunLock(folder.path),
    UsageError,
    `Cannot run in ${folder.path}: process ${Deno.pid} on ${hostname()} is running there`,
  );
});

Deno.test("acquireRunLock() succeeds again when the lock has been released", () => {
  using folder = temporaryFolder();
  for (let i = 0; i < 3; i++) acquireRunLock(folder.path)[Symbol.dispose]();
  using _lock = acquireRunLock(folder.path);
  assertThrows(() => acquireRunLock(folder.path), UsageError);
});

Deno.test("openOutputFolder() refuses a lock that is a link, and leaves what it leads to as it is", () => {
  using folder = temporaryFolder();
  const other = join(folder.path, "other");
  const out = join(folder.path, "out");
  Deno.mkdirSync(out);
  Deno.writeTextFileSync(other, "mine");
  Deno.symlinkSync(other, join(out, ".lock"));
  assertThrows(
    () => openOutputFolder(out),
    UsageError,
    `Cannot use output folder ${out}: it must be writable: .lock is a link or a folder`,
  );
  assertEquals(Deno.readTextFileSync(other), "mine");
});
