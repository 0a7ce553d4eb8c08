import { assertThrows } from "@std/assert";
import { hostname } from "node:os";
import { UsageError } from "../../../benchmarks/errors.ts";
import { acquireRunLock } from "../../../benchmarks/runner/output_folders.ts";
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
