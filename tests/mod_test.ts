import { assert, assertEquals } from "@std/assert";
import { benchmarks, data, models, reports } from "../mod.ts";

Deno.test("mod.ts gives what a user begins with when it is imported", async () => {
  const { params } = models.init(data.rootKey(0), models.RMNIST_SETTINGS);
  assert(Object.keys(params).length > 10);
  const backend = await models.selectBackend("ort-cpu");
  const step = await backend.compile(({ x }) => ({ y: x!.square() }), { x: { shape: [] } });
  const { y } = await step.run({ x: { shape: [], data: Float32Array.of(3) } });
  assertEquals(y!.data, Float32Array.of(9));
  await step.dispose();
  assertEquals(benchmarks.RECORD_SCHEMA, 4);
  assertEquals(reports.plusMinus.name, "plusMinus");
});

Deno.test("mod.ts gives nothing without a docstring when its parts are linted one by one", async () => {
  // `deno doc --lint mod.ts` does not look into namespaces.
  const parts = ["data", "models", "benchmarks", "reports"].map((part) => `${part}/mod.ts`);
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", ...parts],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stderr);
  // Types of TensorFlow.js are outside the suite, so that there are always errors of another kind.
  assert(text.includes("error[private-type-ref]"), text.slice(0, 500));
  const undocumented = text.split("\n\n").filter((part) => part.includes("error[missing-jsdoc]"));
  assertEquals(undocumented.map((part) => /--> (\S+)/.exec(part)?.[1]), []);
});
