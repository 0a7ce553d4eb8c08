import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  type Contestant,
  gpuContestants,
  whoCanRun,
} from "../../../benchmarks/speed/contestants.ts";
import {
  compareBackend,
  gpuPace,
  nvidiaCards,
  parseCards,
  stepsWithin,
} from "../../../benchmarks/speed/gpu.ts";
import {
  assertSomeLoads,
  complaints,
  describeBackends,
  type GpuContestantMeasurement,
  type GpuMeasurement,
  type GpuProbe,
  lossComplaints,
  sortProbes,
} from "../../../benchmarks/speed/gpu_results.ts";
import { scriptCommand } from "../../../benchmarks/speed/processes.ts";
import { gpuMachineLines, gpuSizeTable } from "../../../benchmarks/speed/tables.ts";
import { takeTurns } from "../../../benchmarks/speed/timing.ts";
import { onSoftwareVulkan, withoutSoftwareVulkan } from "../../models/backend/_software_vulkan.ts";
import { withoutTensorflow } from "../../models/backend/_tensorflow.ts";
import { exampleSteps, MACHINE, run } from "./_examples.ts";

Deno.test("parseCards() reads the list of nvidia-smi, nvidiaCards() finds none without it", () => {
  assertEquals(parseCards("NVIDIA H200, 580.159.03, 143771 MiB\nTesla T4, 535.1, 15360 MiB\n"), [
    { name: "NVIDIA H200", driver: "580.159.03", memory: "143771 MiB" },
    { name: "Tesla T4", driver: "535.1", memory: "15360 MiB" },
  ]);
  assertEquals(parseCards("\n"), []);
  assertThrows(
    () => parseCards("No devices were found"),
    SyntaxError,
    `is "No devices were found"`,
  );
  assertEquals(nvidiaCards("/nonexistent/nvidia-smi"), []);
});

Deno.test("nvidiaCards() throws what nvidia-smi's answer lacks", async () => {
  const program = await Deno.makeTempFile({ prefix: "ode2vae_smi_" });
  try {
    await Deno.writeTextFile(program, "#!/bin/sh\necho 'NVIDIA H200, 580.1'\n");
    await Deno.chmod(program, 0o755);
    assertThrows(() => nvidiaCards(program), SyntaxError, "name, driver and memory");
  } finally {
    await Deno.remove(program);
  }
});

const GPU: GpuProbe = {
  ...{ backend: "ort-cuda", device: "CUDA device 0", version: "ort 1", software: false },
  notices: ["it copies"],
};
const SOFTWARE: GpuProbe = {
  ...{ backend: "webgpu", device: "llvmpipe", version: "tfjs 4", software: true, notices: [] },
};
const MISSING: GpuProbe = { backend: "tensorflow", reason: "its library must be there" };

Deno.test("sortProbes() leaves software out unless it is allowed, with a line for each", () => {
  const strict = sortProbes([GPU, SOFTWARE, MISSING], false);
  assertEquals(describeBackends(strict), [
    "ort-cuda: loads, CUDA device 0, ort 1; it copies",
    "webgpu: does not load: it finds no GPU but software: llvmpipe",
    "tensorflow: does not load: its library must be there",
  ]);
  assertSomeLoads(strict);
  const lenient = sortProbes([GPU, SOFTWARE, MISSING], true);
  assertEquals(lenient.loaded.map(({ backend }) => backend), ["ort-cuda", "webgpu"]);
  assertThrows(
    () => assertSomeLoads(sortProbes([SOFTWARE, MISSING], false)),
    Error,
    "Cannot compare on a GPU: one of the GPU backends must load, none does: webgpu, tensorflow",
  );
});

Deno.test("gpuContestants() names ours first and leaves out none in silence", () => {
  const { contestants, leftOut } = whoCanRun(gpuContestants(["ort-cuda", "webgpu"], 16));
  assertEquals(
    contestants.slice(0, 4).map(({ id, label }) => `${id}: ${label}`),
    [
      "ort-cuda: ours, ort-cuda",
      "webgpu: ours, webgpu",
      "ort-cuda-threads: ours, ort-cuda, loops on 16 threads",
      "ort-cpu: ours, ort-cpu, 16 threads",
    ],
  );
  const all = [...contestants.slice(4), ...leftOut].map(({ id }) => id).sort();
  assertEquals(all, ["jax-cuda", "pytorch-cuda", "pytorch-cuda-released"]);
  for (const { command } of contestants.slice(4)) {
    const words = command("mocap_many", "inputs.bin").join(" ");
    assertStringIncludes(words, "serve inputs.bin --size mocap_many");
    assertStringIncludes(words, "--device cuda");
  }
});

/** A process whose steps take so many seconds, as it says, and which ends after some of them. */
function fake(id: string, seconds: number, lasts = 1e6): Contestant {
  const code = `
    console.log('{"library": "none", "threads": 1}');
    let step = 0;
    for await (const chunk of Deno.stdin.readable) {
      for (const _ of new TextDecoder().decode(chunk).trim().split("\\n")) {
        if (step === ${lasts}) { console.error("worn out"); Deno.exit(4); }
        console.log(JSON.stringify({ seconds: ${seconds}, loss: 100 - ++step }));
      }
    }`;
  const command = [Deno.execPath(), "eval", "--quiet", code];
  return { id, label: id, command: () => command };
}

Deno.test("stepsWithin() keeps to the seconds, but makes three steps, or one that takes them all", () => {
  const limits = { steps: 20, seconds: 10 };
  assertEquals([0.1, 1, 5, 100].map((step) => stepsWithin(limits, step)), [20, 10, 3, 1]);
  assertEquals(stepsWithin({ steps: 2, seconds: 10 }, 5), 2);
});

Deno.test("takeTurns() goes on without a contestant that fails", async () => {
  const silent = { ...fake("silent", 1), command: () => [Deno.execPath(), "eval", "Deno.exit(3)"] };
  const contestants = [fake("fast", 0.25), silent, fake("tired", 0.25, 6)];
  contestants.push(fake("slow", 4), fake("slowest", 20));
  const result = await takeTurns(contestants, "rmnist", "none", gpuPace({ steps: 7, seconds: 16 }));
  assertEquals(
    result.contestants.map(({ id, stepSeconds, losses, firstLoss }) =>
      [id, stepSeconds, losses, firstLoss] as const
    ),
    [
      ["fast", Array(7).fill(0.25), [99, 98, 97], 99],
      ["slow", Array(4).fill(4), [99, 98, 97], 99],
      ["slowest", [20], [99], 99],
    ],
  );
  assertEquals(result.leftOut.map(({ id }) => id), ["silent", "tired"]);
  assertEquals(result.leftOut[1]!.reason, "worn out");
});

const contestant = (
  id: string,
  losses: readonly number[],
  seconds: number,
): GpuContestantMeasurement => ({
  ...{ id, label: `the ${id}`, library: "lib 1", threads: 1, firstLoss: losses[0]!, losses },
  stepSeconds: [seconds, seconds, seconds],
});
const CPU = contestant("ort-cpu", [1000, 900, 800], 0.5);
const SIZE = {
  ...{ size: "rmnist", title: "rotating MNIST", sequences: 60, frames: 11, grid: 16 },
  parameters: 187886,
  arithmetic: { forward: 5e9, backward: 12e9, total: 17e9 },
  contestants: [contestant("ort-cuda", [1000.05, 900.5, 800.5], 0.25), CPU],
  leftOut: [{ id: "jax-cuda", label: "JAX", reason: "it is not there" }],
};
const MEASUREMENT: GpuMeasurement = {
  ...exampleSteps(),
  machine: { ...MACHINE, cores: 16 },
  sizes: [SIZE],
  gpu: {
    cards: [{ name: "NVIDIA H200", driver: "580.1", memory: "143771 MiB" }],
    ...{ tf32Override: "0", software: false, missing: [] },
    loaded: [GPU],
    agreements: [{ backend: "ort-cuda", agrees: true, cases: [] }],
  },
};

Deno.test("complaints() finds what does not compute the same", () => {
  assertEquals(complaints(MEASUREMENT), []);
  const others = (...losses: readonly (readonly number[])[]) => ({
    ...SIZE,
    contestants: [CPU, ...losses.map((three) => contestant("x", three, 1))],
  });
  assertEquals(lossComplaints(others([1000.2, 900, 800], [1000, 900, 801], [NaN, 900, 800])), [
    "rmnist: the x: loss 1 must be that of ort-cpu, 1000, is 1000.2",
    "rmnist: the x: loss 3 must be that of ort-cpu, 800, is 801",
    "rmnist: the x: loss 1 must be that of ort-cpu, 1000, is NaN",
  ]);
  const { gpu } = MEASUREMENT;
  const agreements = [{ backend: "ort-cuda", agrees: false, cases: [], failure: "gone" }];
  const wrong = { ...MEASUREMENT, gpu: { ...gpu, agreements }, sizes: [others()] };
  assertEquals(complaints(wrong), [
    "ort-cuda does not train as ort-cpu does",
    "rmnist: ort-cuda made no steps: it was left out",
  ]);
  assertEquals(lossComplaints({ ...SIZE, contestants: [] }).length, 1);
});

Deno.test("gpuSizeTable() compares with the first contestant, gpuMachineLines() names the card", () => {
  assertEquals(gpuSizeTable(SIZE).split("\n"), [
    "ODE²VAE-KL, rotating MNIST: batch 60 × 11 frames, 187886 parameters, 17 GFLOP a step",
    "",
    "| training step | library | median | quartiles | time relative to the first | GFLOP/s | compilation | steps |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    "| the ort-cuda | lib 1 | 250 ms | 250 ms … 250 ms | 1.00 × | 68 | – | 3 |",
    "| the ort-cpu | lib 1 | 500 ms | 500 ms … 500 ms | 2.00 × | 34 | – | 3 |",
    "",
    "Left out: JAX: it is not there.",
  ]);
  assertEquals(gpuMachineLines(MEASUREMENT).split("\n"), [
    "NVIDIA H200, 143771 MiB, driver 580.1",
    "1000³ float32 product, A: 100 GFLOP/s at the fastest, 66.7 at the median",
    "1000³ float32 product, B: 125 GFLOP/s at the fastest, 71.4 at the median",
    "AMD EPYC, 16 cores, 24.00 GiB memory, linux x86_64, Deno 2.9.6; load 0.03 before; NVIDIA_TF32_OVERRIDE=0; 2026-11-20.",
  ]);
});

for (
  const { name, ignore } of [
    { name: "wasm", ignore: false },
    { name: "tensorflow", ignore: withoutTensorflow },
  ]
) {
  Deno.test({
    name: `compareBackend() trains on ${name} beside ort-cpu`,
    ignore,
    async fn() {
      const { agrees, cases, failure } = await compareBackend(name, [{ size: "tiny", steps: 3 }]);
      assertEquals([agrees, failure], [true, undefined]);
      assertEquals(cases.map(({ label }) => label), ["images", "vectors"]);
      for (const { difference, firstLoss, lastLoss } of cases) {
        assert(difference! < 1e-4 && firstLoss !== lastLoss);
      }
    },
  });
}

Deno.test("compareBackend() says why a backend cannot train", async () => {
  const failed = await compareBackend("tpu", [{ size: "tiny", steps: 3 }]);
  assertEquals([failed.agrees, failed.cases], [false, []]);
  assertStringIncludes(failed.failure!, `Cannot select backend "tpu"`);
});

const GPU_SCRIPT = "benchmarks/speed/gpu.ts";

Deno.test("gpu.ts imports no native library, so that one that breaks does not end it and it can be bundled", async () => {
  const script = fileURLToPath(new URL("../../../benchmarks/speed/gpu.ts", import.meta.url));
  const { stdout } = await run([Deno.execPath(), "info", "--json", script]);
  const { modules, roots, redirects } = JSON.parse(stdout) as {
    modules: {
      specifier: string;
      dependencies?: { specifier: string; code?: { specifier?: string } }[];
    }[];
    roots: string[];
    redirects: Record<string, string>;
  };
  // What types alone need is not loaded, and not bundled.
  const reached = new Set(roots);
  for (const specifier of reached) {
    const { dependencies = [] } = modules.find((module) => module.specifier === specifier) ?? {};
    for (const { code } of dependencies) {
      if (code?.specifier) reached.add(redirects[code.specifier] ?? code.specifier);
    }
  }
  const reaches = (name: string) =>
    [...reached].some((specifier) =>
      specifier.includes(`npm:/${name}@`) || specifier.includes(`npm:${name}@`)
    );
  assert(reaches("@tensorflow/tfjs-core"), [...reached].join());
  for (const native of ["onnxruntime-node", "@tensorflow/tfjs-node-gpu"]) {
    assert(!reaches(native), native);
  }
});

Deno.test("gpu.ts ends with code 1 and one line when there is no GPU", async () => {
  // Hides GPUs where there are any.
  const env = { CUDA_VISIBLE_DEVICES: "", VK_DRIVER_FILES: "/nonexistent.json" };
  const command = scriptCommand("./gpu.ts", "--backend", "ort-webgpu");
  const { code, stdout, stderr } = await run(command, env);
  assertEquals(code, 1, stdout + stderr);
  assertEquals(
    stderr.trim(),
    "Cannot compare on a GPU: one of the GPU backends must load, none does: ort-webgpu",
  );
  assertStringIncludes(stdout, "ort-webgpu: does not load: ");
});

Deno.test({
  name: "gpu.ts compares and writes its results when software takes a GPU's place",
  ignore: withoutSoftwareVulkan,
  async fn() {
    const out = await Deno.makeTempFile({ prefix: "ode2vae_gpu_", suffix: ".json" });
    try {
      const flags = ["--backend", "ort-webgpu", "--size", "mocap_many", "--steps", "3"];
      const args = ["--allow-software", ...flags, "--out", out];
      const { code, stdout, stderr } = await onSoftwareVulkan(GPU_SCRIPT, args);
      assertEquals(code, 0, stdout + stderr);
      assertStringIncludes(stdout, "ort-webgpu agrees: vectors: 5 steps, loss ");
      assertStringIncludes(stdout, "\n| ours, ort-webgpu | onnxruntime-node ");
      assertStringIncludes(stdout, "Software in place of a GPU, at tiny sizes: times say nothing.");
      const { schema, sizes: [size], gpu }: GpuMeasurement = JSON.parse(
        await Deno.readTextFile(out),
      );
      assertEquals([schema, gpu.software, gpu.tf32Override], [2, true, "0"]);
      // On ort-webgpu a small model of vectors trains as on ort-cpu.
      const [{ agrees, cases }] = gpu.agreements as [typeof gpu.agreements[number]];
      assertEquals([gpu.agreements.length, agrees], [1, true]);
      assertEquals(cases.map(({ label }) => label), ["vectors"]);
      for (const { firstLoss, lastLoss, difference, parameterDifference } of cases) {
        assert(firstLoss !== lastLoss && difference! < 1e-4 && parameterDifference < 1e-3);
      }
      const ids = size!.contestants.slice(0, 2).map(({ id }) => id);
      assertEquals(ids, ["ort-webgpu", "ort-cpu"]);
      for (const { stepSeconds, losses } of size!.contestants) {
        // Slow steps, as on a busy machine, are made less often.
        assertEquals(stepSeconds.length, losses.length);
        assert(losses.length >= 1 && losses.length <= 3);
      }
    } finally {
      await Deno.remove(out);
    }
  },
});
