import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { main } from "../../../benchmarks/commands/setup_tensorflow.ts";
import { suiteFolder } from "../../../data/user_paths.ts";
import { taskArgs } from "../../tasks.ts";
import { decode, temporaryFolder } from "../_bench_process.ts";

async function setUp(...args: string[]) {
  const lines: string[] = [];
  const code = await main(args, {
    print: (text) => lines.push(text),
    log: (line) => lines.push(line),
  });
  return { code, lines };
}

Deno.test("setup:tensorflow says in one line what is wrong with a folder without TensorFlow", async () => {
  using folder = temporaryFolder();
  const { code, lines } = await setUp("--library", folder.path);
  assertEquals([code, lines.length], [2, 1]);
  assertStringIncludes(lines[0]!, `libtensorflow_cc.so.2 is not in ${folder.path}`);
});

Deno.test("setup:tensorflow takes no words, and no empty folder", async () => {
  assertEquals(await setUp("/opt/tensorflow"), {
    code: 2,
    lines: ['Cannot set TensorFlow up: it takes options only, got "/opt/tensorflow"'],
  });
  assertEquals((await setUp("--library", "")).code, 2);
});

/** Runs the task, with its permissions, on a folder. */
async function runTask(library: string, env: Record<string, string>) {
  const args = taskArgs("setup:tensorflow", ["--library", library]);
  const command = { args, cwd: suiteFolder, env: { NO_COLOR: "1", ...env } };
  return decode(await new Deno.Command(Deno.execPath(), command).output());
}

Deno.test("setup:tensorflow ends with the compiler's error in one line when the headers are not TensorFlow's", async () => {
  using folder = temporaryFolder();
  const headers = join(folder.path, "include/tensorflow/c/eager");
  Deno.mkdirSync(headers, { recursive: true });
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"]) {
    Deno.writeTextFileSync(join(folder.path, name), "");
  }
  Deno.writeTextFileSync(join(headers, "c_api.h"), "");
  // Deno passes the linker's variables on to no child of a process with limited rights.
  const { code, stderr } = await runTask(folder.path, { LD_LIBRARY_PATH: "/nowhere" });
  const words = /^Cannot make .*: c\+\+ must (?:succeed: .*error: .*|start: .*not found.*)$/;
  assert(code === 1 && words.test(stderr.trim()), `${code}: ${stderr}`);
});
