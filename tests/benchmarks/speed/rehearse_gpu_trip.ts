/**
 * The trip to a machine with a GPU and without network, rehearsed on this one, with software in the GPU's place: what
 * `benchmarks/speed/carry.ts` packs must run alone, from another folder, and bring its results back.
 *
 *     deno run -A tests/benchmarks/speed/rehearse_gpu_trip.ts
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { carry } from "../../../benchmarks/speed/carry.ts";
import type { GpuMeasurement } from "../../../benchmarks/speed/gpu_results.ts";
import { softwareVulkan } from "../../models/backend/_software_vulkan.ts";

/** Most bytes of the folder; packed with xz it has a quarter. */
const MOST_BYTES = 300e6;

const home = Deno.makeTempDirSync({ prefix: "ode2vae_trip_" });
try {
  const folder = join(home, "carried");
  const bytes = await carry(folder);
  console.log(`carried ${Math.round(bytes / 1e6)} MB`);
  assertEquals(bytes < MOST_BYTES, true, `at most ${MOST_BYTES} bytes, are ${bytes}`);

  const there = async (script: string, ...args: string[]) => {
    const { code } = await new Deno.Command(join(folder, "deno"), {
      args: ["run", "--cached-only", "--no-check", "-A", script, ...args],
      cwd: join(folder, "suite"),
      env: {
        DENO_DIR: join(folder, "deno_dir"),
        // Nothing answers there: a download fails.
        ...{ HTTP_PROXY: "http://127.0.0.1:9", HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "" },
        ...softwareVulkan,
      },
    }).spawn().status;
    assertEquals(code, 0, `${script} must succeed`);
  };
  const results = join(home, "gpu.json");
  const size = ["--size", "mocap_many", "--steps", "1"];
  const gpu = ["--allow-software", "--backend", "ort-webgpu", ...size, "--out", results];
  await there("benchmarks/speed/gpu.ts", ...gpu);
  const out = join(home, "out");
  const cells = ["spirals", "--tier", "smoke", "--models", "latent-ode,mean"];
  await there("benchmarks/commands/bench.ts", ...cells, "--out", out);

  const { machine, sizes, gpu: { agreements } }: GpuMeasurement = JSON.parse(
    Deno.readTextFileSync(results),
  );
  assertEquals([sizes.length, agreements.map(({ agrees }) => agrees)], [1, [true]]);
  const head = await new Deno.Command("git", { args: ["rev-parse", "HEAD"] }).output();
  assertEquals(machine.commit, new TextDecoder().decode(head.stdout).trim());
  assertEquals([...Deno.readDirSync(join(out, "records"))].length, 2);
  console.log("the trip works");
} finally {
  Deno.removeSync(home, { recursive: true });
}
