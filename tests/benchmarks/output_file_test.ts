import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { RunError, UsageError } from "../../benchmarks/errors.ts";
import { checkOutputFile, writeOutputFile } from "../../benchmarks/output_file.ts";
import { contents, temporaryFolder } from "./_bench_process.ts";

Deno.test("writeOutputFile() replaces a plain file, and writes through devices, pipes and links", async () => {
  using folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  writeOutputFile(path("a"), "one");
  writeOutputFile(path("a"), "two");
  writeOutputFile(path("a"), "!", { append: true });
  Deno.symlinkSync(path("a"), path("link"));
  assertEquals(contents(folder.path), { a: "two!", link: "two!" });
  writeOutputFile(path("link"), "three");
  assertEquals([Deno.lstatSync(path("link")).isSymlink, contents(folder.path).a], [true, "three"]);
  if (Deno.build.os === "windows") return;
  Deno.symlinkSync("/dev/null", path("null"));
  writeOutputFile(path("null"), "text");
  assertEquals(Deno.lstatSync(path("null")).isSymlink, true);
  await new Deno.Command("mkfifo", { args: [path("pipe")] }).output();
  const reader = new Deno.Command("cat", { args: [path("pipe")], stdout: "piped" }).spawn();
  checkOutputFile(path("pipe"), "--out");
  writeOutputFile(path("pipe"), "text");
  assertEquals(new TextDecoder().decode((await reader.output()).stdout), "text");
  assertEquals(Deno.lstatSync(path("pipe")).isFifo, true);
});

Deno.test("checkOutputFile() refuses in one line what cannot be written, and touches nothing", () => {
  using folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  Deno.writeTextFileSync(path("a"), "text");
  Deno.symlinkSync(path("nowhere"), path("dangling"));
  for (const name of ["none/a", "a/b", "dangling", "."]) {
    const error = assertThrows(() => checkOutputFile(path(name), "--json"), UsageError);
    const start = `Cannot use --json: it must be a file that can be written, is "${path(name)}": `;
    assertEquals([error.message.startsWith(start), error.message.includes("\n")], [true, false]);
  }
  assertThrows(() => writeOutputFile(path("none/a"), "text"), RunError, "Cannot write ");
  for (const name of ["a", "new"]) checkOutputFile(path(name), "--json");
  Deno.removeSync(path("dangling"));
  assertEquals(contents(folder.path), { a: "text" });
});
