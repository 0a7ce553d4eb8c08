import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { dirname, join } from "node:path";
import {
  codeSha256,
  fingerprint,
  mathsProbe,
  suiteCommit,
} from "../../../benchmarks/record/fingerprint.ts";
import { temporaryFolder } from "../_bench_process.ts";

Deno.test("fingerprint() takes the backend's version and device", () => {
  const backend = { name: "ort-cuda", version: "lib 1", device: "GPU 9", threads: 4 };
  const { backendVersion, device, threads, deno, suite } = fingerprint(backend, 1);
  assertEquals([backendVersion, device, threads, deno], ["lib 1", "GPU 9", 1, Deno.version.deno]);
  assertMatch(suite, /^@ode2vae\/bench \d+\.\d+\.\d+$/);
  assertNotEquals(fingerprint({ ...backend, device: "" }, 1).device, "GPU 9");
});

Deno.test("mathsProbe() is 16 hex digits and the same each time", () => {
  assertMatch(mathsProbe(), /^[0-9a-f]{16}$/);
  assertEquals(mathsProbe(), mathsProbe());
});

Deno.test("mathsProbe() changes when a function differs in its last bit", () => {
  const before = mathsProbe();
  const tanh = Math.tanh;
  try {
    Math.tanh = (x) => tanh(x) * (1 + Number.EPSILON);
    assertNotEquals(mathsProbe(), before);
  } finally {
    Math.tanh = tanh;
  }
});

Deno.test("codeSha256() changes with every file that can change a result, and with no other", () => {
  using folder = temporaryFolder();
  const root = join(folder.path, "suite");
  const write = (path: string, text: string) => {
    Deno.mkdirSync(dirname(join(root, path)), { recursive: true });
    Deno.writeTextFileSync(join(root, path), text);
  };
  const definitions = join(root, "../own/registry.ts");
  write("../own/registry.ts", 'export * from "./methods/mine.ts"; // from "./gone.ts"');
  write("../own/methods/mine.ts", 'import("../registry.ts"); import "../../suite/reports/a.ts";');
  const computing = [
    ...["data/a.ts", "models/b/c.ts", "benchmarks/d.ts", "benchmarks/runner/e.ts", "deno.lock"],
    "../own/registry.ts",
    "../own/methods/mine.ts",
  ];
  const others = ["benchmarks/check/f.ts", "reports/a.ts", "data/README.md", "../own/other.ts"];
  for (const path of [...computing, ...others].filter((path) => !/own.*(?:try|mine)/.test(path))) {
    write(path, "1");
  }
  for (const path of [...computing, ...others]) {
    const before = codeSha256(root, definitions);
    const text = Deno.readTextFileSync(join(root, path));
    Deno.writeTextFileSync(join(root, path), `${text} // edited`);
    assertEquals(codeSha256(root, definitions) !== before, computing.includes(path), path);
  }
  assertNotEquals(codeSha256(root, definitions), codeSha256(root, undefined));
  // The folder of the definitions does not matter.
  const hash = codeSha256(root, definitions);
  Deno.renameSync(join(root, "../own"), join(root, "../moved"));
  assertEquals(codeSha256(root, join(root, "../moved/registry.ts")), hash);
});

function git(folder: string, ...args: string[]): string {
  const { stdout, success, stderr } = new Deno.Command("git", {
    args: ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args],
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

/** The commit of a folder, and the lines on why there is none. */
function commitOf(folder: string): [commit: string, lines: string[]] {
  const lines: string[] = [];
  return [suiteCommit(folder, (line) => lines.push(line)), lines];
}

/** A checkout with one commit of one file; gives the commit. */
function checkout(folder: string, text: string): string {
  Deno.mkdirSync(folder, { recursive: true });
  git(folder, "init", "-q");
  Deno.writeTextFileSync(join(folder, "a"), text);
  git(folder, "add", "a");
  git(folder, "commit", "-q", "-m", "a");
  return git(folder, "rev-parse", "HEAD");
}

Deno.test("suiteCommit() gives the commit, marks changes, and says why there is none", () => {
  using folder = temporaryFolder();
  const unknown = "notice: the suite's commit is unknown:";
  assertEquals(commitOf(folder.path), ["", [`${unknown} no git in ${folder.path}`]]);
  git(folder.path, "init", "-q");
  assertEquals(commitOf(folder.path), ["", [`${unknown} fatal: Needed a single revision`]]);
  const commit = checkout(folder.path, "1");
  assertEquals(commitOf(folder.path), [commit, []]);
  Deno.writeTextFileSync(join(folder.path, "untracked"), "");
  assertEquals(commitOf(folder.path), [commit, []]);
  Deno.writeTextFileSync(join(folder.path, "a"), "2");
  assertEquals(commitOf(folder.path), [`${commit}+dirty`, []]);
  // Unpacked in the checkout of another project.
  const vendored = join(folder.path, "vendored");
  Deno.mkdirSync(vendored);
  assertEquals(commitOf(vendored), ["", [`${unknown} no git in ${vendored}`]]);
});

Deno.test("suiteCommit() gives the commit of a linked worktree", () => {
  using folder = temporaryFolder();
  const [main, linked] = [join(folder.path, "main"), join(folder.path, "linked")];
  const commit = checkout(main, "1");
  git(main, "worktree", "add", "-q", linked);
  Deno.writeTextFileSync(join(main, "a"), "2");
  assertEquals(commitOf(linked), [commit, []]);
  Deno.writeTextFileSync(join(linked, "a"), "2");
  assertEquals(commitOf(linked), [`${commit}+dirty`, []]);
});

Deno.test("suiteCommit() gives the checkout's commit when the environment names another repository", () => {
  using folder = temporaryFolder();
  const [own, other] = [join(folder.path, "own"), join(folder.path, "other")];
  const commit = checkout(own, "1");
  checkout(other, "2");
  const variables = {
    GIT_DIR: join(other, ".git"),
    GIT_WORK_TREE: other,
    GIT_INDEX_FILE: join(other, ".git", "index"),
  };
  for (const [name, value] of Object.entries(variables)) {
    Deno.env.set(name, value);
    try {
      assertEquals(commitOf(own), [commit, []], name);
    } finally {
      Deno.env.delete(name);
    }
  }
});

Deno.test({
  name: "suiteCommit() gives the commit of a checkout of another owner",
  // Only root can give files away.
  ignore: Deno.build.os === "windows" || Deno.uid() !== 0,
  fn() {
    using folder = temporaryFolder();
    const commit = checkout(folder.path, "1");
    for (const path of [folder.path, join(folder.path, ".git")]) Deno.chownSync(path, 65534, 65534);
    assertThrows(() => git(folder.path, "status"), Error, "dubious ownership");
    assertEquals(commitOf(folder.path), [commit, []]);
  },
});
