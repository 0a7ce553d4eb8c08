import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { codeVersion, recordedSteps } from "../../benchmarks/recorded_steps.ts";

async function inFolder(test: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_recorded_" });
  try {
    test(`${folder}/`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("codeVersion() changes when code, its place or a library's version does, and not otherwise", () =>
  inFolder((root) => {
    Deno.mkdirSync(`${root}models/nn`, { recursive: true });
    Deno.writeTextFileSync(`${root}models/loss.ts`, "1");
    Deno.writeTextFileSync(`${root}models/nn/adam.ts`, "2");
    Deno.writeTextFileSync(`${root}deno.lock`, "{}");
    const before = codeVersion(root);
    assert(before !== undefined && /^[0-9a-f]{16}$/.test(before));
    Deno.writeTextFileSync(`${root}models/README.md`, "not code");
    assertEquals(codeVersion(root), before);
    const seen = new Set([before]);
    const changed = (change: () => void) => {
      change();
      const version = codeVersion(root)!;
      assert(!seen.has(version));
      seen.add(version);
    };
    changed(() => Deno.writeTextFileSync(`${root}models/nn/adam.ts`, "3"));
    changed(() => Deno.renameSync(`${root}models/nn/adam.ts`, `${root}models/adam.ts`));
    changed(() => Deno.writeTextFileSync(`${root}deno.lock`, "{ }"));
    Deno.removeSync(`${root}deno.lock`);
    assertEquals(codeVersion(root), undefined);
  }));

Deno.test("codeVersion() is that of the suite's own code when no folder is named", () => {
  assertNotEquals(codeVersion(), undefined);
  assertEquals(codeVersion(), codeVersion());
});

Deno.test("recordedSteps() leaves only its own version's folder", () =>
  inFolder((folder) => {
    assertEquals(recordedSteps(`${folder}none`, "new"), { cacheFolder: `${folder}none/new` });
    for (const version of ["old", "new"]) {
      Deno.mkdirSync(`${folder}${version}`);
      Deno.writeTextFileSync(`${folder}${version}/a.step`, "");
    }
    assertEquals(recordedSteps(folder, "new"), { cacheFolder: `${folder}new` });
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["new"]);
    assertEquals(recordedSteps(folder, undefined), recordedSteps(folder, codeVersion()));
  }));
