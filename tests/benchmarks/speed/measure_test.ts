import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../../benchmarks/errors.ts";
import { parseMeasureOptions } from "../../../benchmarks/speed/measure_options.ts";
import { type Measurement, shareOfPeak } from "../../../benchmarks/speed/measurement.ts";

const SCRIPT = fileURLToPath(new URL("../../../benchmarks/speed/measure.ts", import.meta.url));

async function measure(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", SCRIPT, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("parseMeasureOptions() takes all sizes, their minibatches and all contestants unless told", () => {
  const sizes = ["rmnist", "bouncing_balls", "mocap_many"] as const;
  assertEquals(parseMeasureOptions([]), {
    sizes,
    steps: 20,
    only: ["compiled-2", "compiled-1", "pytorch", "pytorch-1", "pytorch-released", "wasm"],
  });
  assertEquals(
    parseMeasureOptions(["--only", "wasm,compiled-1", "--steps", "7", "--sequences=2", "--out=f"]),
    { sizes, steps: 7, sequences: 2, only: ["compiled-1", "wasm"], out: "f" },
  );
  const sizesOf = (text: string) => {
    const options = parseMeasureOptions(["--size", text]);
    return options === "help" ? [] : options.sizes;
  };
  assertEquals(sizesOf("all"), sizes);
  assertEquals(sizesOf("mocap_many"), ["mocap_many"]);
  assertEquals(sizesOf("mocap_many,rmnist"), ["rmnist", "mocap_many"]);
  assertEquals(parseMeasureOptions(["--help"]), "help");
});

Deno.test("parseMeasureOptions() throws when an argument is unknown or malformed", () => {
  for (
    const [args, message] of [
      [["--stepz", "3"], `Cannot measure: unknown argument "--stepz" (see --help)`],
      [["extra"], `Cannot measure: unknown argument "extra" (see --help)`],
      [
        ["--steps", "0"],
        `Cannot read --steps: it must be a whole number from 1 to 999999: ` +
        `current value is "0"`,
      ],
      [["--sequences", "x"], `current value is "x"`],
      [["--size", "mnist"], `Cannot measure size "mnist": it must be one of rmnist, bouncing_`],
      [["--size", ""], `Cannot measure size "": it must be one of rmnist, bouncing_balls, `],
      [["--only", "wasm,tpu"], `Cannot measure contestant "tpu": it must be one of compiled-2, `],
      [["--out", ""], "Cannot use option --out: it must have a value"],
    ] as const
  ) assertThrows(() => parseMeasureOptions(args), UsageError, message);
});

Deno.test("measure.ts prints tables and writes JSON when contestants take turns", async () => {
  const out = await Deno.makeTempFile({ prefix: "ode2vae_speed_", suffix: ".json" });
  try {
    const only = ["--only", "compiled-1,wasm", "--size", "bouncing_balls,rmnist"];
    const run = await measure(...only, "--sequences", "2", "--steps", "4", "--out", out);
    assertEquals(run.code, 0, run.stderr);
    assertStringIncludes(run.stdout, "| compiled, 1 thread | onnxruntime-node ");
    assertStringIncludes(run.stdout, "ODE²VAE-KL, rotating MNIST: batch 2 × 11 frames, 187886 pa");
    assertStringIncludes(run.stdout, "bouncing balls: batch 2 × 20 frames, ");
    const { sizes, peak }: Measurement = JSON.parse(await Deno.readTextFile(out));
    assertEquals(sizes.map(({ size }) => size), ["rmnist", "bouncing_balls"]);
    const counts = sizes.map(({ contestants }) => contestants.map((c) => c.stepSeconds.length));
    assertEquals(counts, [[4, 3], [4, 2]]);
    for (const size of sizes) {
      const { contestants } = size;
      assertEquals(contestants.map(({ nodeCount }) => (nodeCount ?? 0) > 100), [true, false]);
      for (const contestant of contestants) {
        const { stepSeconds, id } = contestant;
        assert(stepSeconds.every((seconds) => seconds > 0 && seconds < 100), id);
        const share = shareOfPeak(contestant, size, peak, "fastest")!;
        assert(share > 0 && share < 1, `${id}: ${share}`);
      }
      const [compiled] = contestants;
      if (Deno.build.os === "linux") assert(compiled!.peakMemoryBytes! < 2 ** 31);
    }
  } finally {
    await Deno.remove(out);
  }
});

Deno.test("measure.ts ends with code 2 and one line when its usage is wrong", async () => {
  const { code, stdout, stderr } = await measure("--only", "tpu");
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.trim().split("\n").length, 1);
  assertStringIncludes(stderr, `Cannot measure contestant "tpu"`);
});
