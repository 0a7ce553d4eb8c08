import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  type FileOperations,
  fileOperations,
  removeTemporaryFiles,
  writeFileAtomic,
  writeFilesAtomic,
} from "../../../benchmarks/record/atomic_file.ts";
import { isDiskFull } from "../../../benchmarks/errors.ts";
import { contents, temporaryFolder } from "../_bench_process.ts";

const fail = () => {
  throw new Error("No space left on device (os error 28)");
};

Deno.test("writeFileAtomic() replaces the content when all goes well", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.json");
  writeFileAtomic(path, "one");
  writeFileAtomic(path, new TextEncoder().encode("two"));
  assertEquals(contents(folder.path), { "a.json": "two" });
});

Deno.test("writeFileAtomic() writes all when the system takes a byte at a time", () => {
  using folder = temporaryFolder();
  const writeSync: FileOperations["writeSync"] = (file, bytes) =>
    file.writeSync(bytes.subarray(0, 1));
  writeFileAtomic(join(folder.path, "a"), "many bytes", { ...fileOperations, writeSync });
  assertEquals(contents(folder.path), { a: "many bytes" });
});

for (const operation of ["openSync", "writeSync", "syncSync", "renameSync"] as const) {
  Deno.test(`writeFileAtomic() keeps the former file when ${operation} fails`, () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.json");
    Deno.writeTextFileSync(path, "former");
    const error = assertThrows(() =>
      writeFileAtomic(path, "new", { ...fileOperations, [operation]: fail })
    );
    assertEquals(isDiskFull(error), true);
    assertEquals(contents(folder.path), { "a.json": "former" });
  });
}

Deno.test("writeFileAtomic() renames only what has been synchronised", () => {
  using folder = temporaryFolder();
  const calls: string[] = [];
  writeFileAtomic(join(folder.path, "a"), "x", {
    ...fileOperations,
    syncSync: (file) => (calls.push("sync"), file.syncSync()),
    renameSync: (from, to) => (calls.push("rename"), Deno.renameSync(from, to)),
  });
  assertEquals(calls, ["sync", "rename"]);
});

Deno.test("writeFilesAtomic() renames no file when one of them cannot be written", () => {
  using folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  Deno.writeTextFileSync(path("a"), "former");
  const all = new Map([[path("a"), "new"], [path("b"), "new"]]);
  let writes = 0;
  const writeSync: FileOperations["writeSync"] = (file, bytes) =>
    ++writes === 2 ? fail() : file.writeSync(bytes);
  assertThrows(() => writeFilesAtomic(all, { ...fileOperations, writeSync }));
  assertEquals(contents(folder.path), { a: "former" });
  writeFilesAtomic(all);
  assertEquals(contents(folder.path), { a: "new", b: "new" });
});

Deno.test("writeFilesAtomic() brings former contents back when a later file cannot be renamed", () => {
  using folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  Deno.writeTextFileSync(path("a"), "former");
  const all = new Map(["a", "b", "c"].map((name) => [path(name), "new"]));
  const renameSync: FileOperations["renameSync"] = (from, to) =>
    to.endsWith("c") ? fail() : Deno.renameSync(from, to);
  assertThrows(
    () => writeFilesAtomic(all, { ...fileOperations, renameSync }),
    Error,
    "No space left",
  );
  assertEquals(contents(folder.path), { a: "former" });
});

Deno.test("removeTemporaryFiles() removes what a killed process left and nothing else", () => {
  using folder = temporaryFolder();
  for (const name of [".a.json.123.tmp", "a.json", ".lock", "b.tmp"]) {
    Deno.writeTextFileSync(join(folder.path, name), "");
  }
  removeTemporaryFiles(folder.path);
  assertEquals(Object.keys(contents(folder.path)), [".lock", "a.json", "b.tmp"]);
});
