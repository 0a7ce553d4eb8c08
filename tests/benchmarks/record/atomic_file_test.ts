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
  const ours = [".ode2vae-12-0a1b2c3d.tmp", ".a.json.123.tmp", ".a.ckpt.123.tmp"];
  const others = [".lock", ".notes.txt.1.tmp", "a.json", "b.tmp"];
  for (const name of [...ours, ...others]) Deno.writeTextFileSync(join(folder.path, name), "");
  removeTemporaryFiles(folder.path);
  assertEquals(Object.keys(contents(folder.path)), others);
});

Deno.test("writeFileAtomic() writes through no link, neither in the file's place nor in the temporary one's", () => {
  using folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  Deno.writeTextFileSync(path("mine"), "mine");
  const temporaries: string[] = [];
  const plant: FileOperations["openSync"] = (temporary, options) => {
    temporaries.push(temporary);
    Deno.symlinkSync(path("mine"), temporary);
    return Deno.openSync(temporary, options);
  };
  assertThrows(() => writeFileAtomic(path("a"), "new", { ...fileOperations, openSync: plant }));
  // What the suite has not made stays.
  assertEquals(Deno.lstatSync(temporaries[0]!).isSymlink, true);
  Deno.removeSync(temporaries[0]!);
  Deno.symlinkSync(path("mine"), path("a"));
  writeFileAtomic(path("a"), "new");
  assertEquals(contents(folder.path), { a: "new", mine: "mine" });
});

Deno.test("writeFileAtomic() writes a file with the longest name", () => {
  using folder = temporaryFolder();
  const name = "a".repeat(255);
  writeFileAtomic(join(folder.path, name), "text");
  assertEquals(contents(folder.path), { [name]: "text" });
});
