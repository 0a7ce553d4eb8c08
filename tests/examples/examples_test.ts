/** The example of a benchmark and a family of one's own, tried by the commands that a user has. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readRecords } from "../../benchmarks/record/read_records.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

async function task(script: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", script, ...args],
    cwd: root,
    env: { ODE2VAE_DEFINITIONS: "tests/examples/registry.ts", NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a benchmark of one's own trains, prints two tables and writes its page", async () => {
  const out = await Deno.makeTempDir({ prefix: "two-moons-" });
  try {
    const bench = ["benchmarks/commands/bench.ts", "two_moons", "--tier", "smoke"] as const;
    const { code, stdout, stderr } = await task(...bench, "--out", out, "--jobs", "1");
    assertEquals(code, 0, stderr);
    // Two tables, each with both titles, of higher-is-better metrics, and no word of other benchmarks.
    assertMatch(stdout, /^[Aa]ccuracy; higher is better$/m);
    assertMatch(stdout, /^[Ll]og-likelihood of the classes \(nats per point\); higher is better$/m);
    assertEquals(stdout.match(/^Logistic regression /gm)?.length, 2, stdout);
    assertEquals(stdout.match(/^Perceptron /gm)?.length, 2);
    for (const word of ["published", "Published", "MNIST", "MSE", "ODE"]) {
      assert(!stdout.includes(word), `${word} in ${stdout}`);
    }
    const records = readRecords(join(out, "records"));
    assertEquals(records.length, 4);
    const mean = (model: string, name: string) => {
      const values = records.filter(({ cell }) => cell.model === model)
        .flatMap(({ metrics }) => metrics).filter((metric) => metric.name === name);
      return values.reduce((sum, { value }) => sum + Number(value), 0) / values.length;
    };
    // Three epochs tell the moons apart better than chance, log 0.5 = −0.69 nats.
    for (const model of ["linear", "perceptron"]) {
      assert(mean(model, "accuracy") > 0.8, `${model} ${mean(model, "accuracy")}`);
      assert(mean(model, "logLikelihood") > -0.5 && mean(model, "logLikelihood") < 0);
    }
    const page = await Deno.readTextFile(join(out, "site", "two_moons.html"));
    for (const text of ["Two moons", "half circles", "Probability of class 1", "Test points"]) {
      assertStringIncludes(page, text);
    }
    const again = await task(
      "benchmarks/commands/check.ts",
      "two_moons",
      "--tier",
      "smoke",
      "--no-run",
      "--against",
      join(out, "records"),
      "--out",
      out,
    );
    assertEquals(again.code, 0, again.stderr);
    assertMatch(again.stdout, /linear accuracy: identical/);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("a family of one's own shows its settings and refuses values that break their rules", async () => {
  const { code, stdout } = await task("benchmarks/commands/bench.ts", "two_moons", "--settings");
  assertEquals(code, 0);
  assertMatch(stdout, /^ {2}perceptron +hidden 16$/m);
  assertMatch(
    stdout,
    /^ {2}epochs +passes over the training points; a positive integer; the default$/m,
  );
});
