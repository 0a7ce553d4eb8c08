import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { fingerprint, mathsProbe, suiteCommit } from "../../../benchmarks/record/fingerprint.ts";
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

function git(folder: string, ...args: string[]): string {
  const { stdout, success, stderr } = new Deno.Command("git", {
    args: ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@example.org", ...args],
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("suiteCommit() gives the commit, marks changes, and gives nothing outside a checkout", () => {
  using folder = temporaryFolder();
  assertEquals(suiteCommit(folder.path), "");
  git(folder.path, "init", "-q");
  assertEquals(suiteCommit(folder.path), "", "no commit yet");
  Deno.writeTextFileSync(join(folder.path, "a"), "1");
  git(folder.path, "add", "a");
  git(folder.path, "commit", "-q", "-m", "a");
  const commit = git(folder.path, "rev-parse", "HEAD");
  assertEquals(suiteCommit(folder.path), commit);
  Deno.writeTextFileSync(join(folder.path, "untracked"), "");
  assertEquals(suiteCommit(folder.path), commit);
  Deno.writeTextFileSync(join(folder.path, "a"), "2");
  assertEquals(suiteCommit(folder.path), `${commit}+dirty`);
  Deno.mkdirSync(join(folder.path, "vendored"));
  assertEquals(suiteCommit(join(folder.path, "vendored")), "", "another project's checkout");
});
