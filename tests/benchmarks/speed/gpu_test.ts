import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { UsageError } from "../../../benchmarks/errors.ts";
import type { Contestant } from "../../../benchmarks/speed/contestants.ts";
import { compareBackend } from "../../../benchmarks/speed/gpu_agreements.ts";
import {
  assertSomeLoads,
  describeBackends,
  type GpuProbe,
  sortProbes,
} from "../../../benchmarks/speed/gpu_backends.ts";
import { nvidiaCards, parseCards } from "../../../benchmarks/speed/gpu_cards.ts";
import { runScript } from "../../../benchmarks/speed/gpu_child.ts";
import { gpuContestants } from "../../../benchmarks/speed/gpu_contestants.ts";
import {
  complaints,
  type GpuContestantMeasurement,
  type GpuMeasurement,
  lossComplaints,
} from "../../../benchmarks/speed/gpu_measurement.ts";
import { parseGpuOptions } from "../../../benchmarks/speed/gpu_options.ts";
import { gpuMachineLines, gpuSizeTable } from "../../../benchmarks/speed/gpu_table.ts";
import { stepsWithin, takeTurns } from "../../../benchmarks/speed/gpu_turns.ts";
import { findPython, pythonCandidates } from "../../../benchmarks/speed/python.ts";
import { onSoftwareVulkan, withoutSoftwareVulkan } from "../../models/backend/_software_vulkan.ts";

Deno.test("parseGpuOptions() takes all sizes and backends unless told", () => {
  const sizes = ["rmnist", "bouncing_balls", "mocap_many"] as const;
  const backends = ["ort-cuda", "ort-webgpu", "webgpu", "tensorflow"] as const;
  const rest = { steps: 20, seconds: 60, allowSoftware: false };
  assertEquals(parseGpuOptions([]), { sizes, backends, ...rest });
  assertEquals(
    parseGpuOptions([
      ...["--size", "mocap_many,rmnist", "--backend=webgpu,ort-cuda", "--steps", "7"],
      ...["--seconds", "9", "--out", "f", "--allow-software"],
    ]),
    {
      sizes: ["rmnist", "mocap_many"],
      backends: ["ort-cuda", "webgpu"],
      ...{ steps: 7, seconds: 9, out: "f", allowSoftware: true },
    },
  );
  assertEquals(parseGpuOptions(["--help"]), "help");
});

Deno.test("parseGpuOptions() throws when an argument is unknown or malformed", () => {
  for (
    const [args, message] of [
      [["--stepz", "3"], `Cannot compare: unknown argument "--stepz" (see --help)`],
      [["--steps", "0"], `Cannot read --steps: it must be a whole number from 1 to 999999: cur`],
      [["--seconds", "1.5"], `current value is "1.5"`],
      [["--size", "mnist"], `Cannot compare size "mnist": it must be one of rmnist, bouncing_`],
      [["--backend", "wasm"], `Cannot compare backend "wasm": it must be one of ort-cuda, ort-`],
      [["--out", ""], "Cannot use option --out: it must have a value"],
    ] as const
  ) assertThrows(() => parseGpuOptions(args), UsageError, message);
});

Deno.test("findPython() takes the first interpreter that imports the modules", () => {
  const asked: string[] = [];
  const imports =
    (having: readonly string[]) => (interpreter: string, modules: readonly string[]) => {
      asked.push(`${interpreter}: ${modules.join("+")}`);
      return having.includes(interpreter);
    };
  const modules = ["numpy", "torch"];
  assertEquals(pythonCandidates(""), ["python3", "/usr/bin/python3"]);
  const both = { chosen: "", imports: imports(["python3", "/usr/bin/python3"]) };
  assertEquals(findPython(modules, both), "python3");
  assertEquals(asked, ["python3: numpy+torch"]);
  const debian = { chosen: "", imports: imports(["/usr/bin/python3"]) };
  assertEquals(findPython(modules, debian), "/usr/bin/python3");
  assertEquals(findPython(modules, { chosen: "", imports: imports([]) }), undefined);
  // The one that is named, or none: not another one in silence.
  const named = { chosen: "/opt/python", imports: imports(["/opt/python", "python3"]) };
  assertEquals(findPython(modules, named), "/opt/python");
  assertEquals(findPython(modules, { ...named, imports: imports(["python3"]) }), undefined);
});

Deno.test("findPython() asks the interpreter itself when there is no stand-in", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_python_" });
  try {
    const script = async (name: string, code: number) => {
      const text =
        `#!/bin/sh\n[ "$1" = -c ] && [ "$2" = "import numpy, jax" ] && exit ${code}\nexit 9\n`;
      await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o755 });
      return `${folder}/${name}`;
    };
    const [good, bad] = [await script("good", 0), await script("bad", 1)];
    assertEquals(findPython(["numpy", "jax"], { chosen: good }), good);
    assertEquals(findPython(["numpy"], { chosen: good }), undefined);
    assertEquals(findPython(["numpy", "jax"], { chosen: bad }), undefined);
    assertEquals(findPython(["numpy", "jax"], { chosen: `${folder}/none` }), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parseCards() reads the list of nvidia-smi, nvidiaCards() finds none without it", async () => {
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
  assertEquals(await nvidiaCards("/nonexistent/nvidia-smi"), []);
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

Deno.test("gpuContestants() names ours first and leaves out none in silence", async () => {
  const { contestants, leftOut } = await gpuContestants(["ort-cuda", "webgpu"], 16);
  assertEquals(
    contestants.slice(0, 3).map(({ id, label }) => `${id}: ${label}`),
    ["ort-cuda: ours, ort-cuda", "webgpu: ours, webgpu", "ort-cpu: ours, ort-cpu, 16 threads"],
  );
  const all = [...contestants.slice(3), ...leftOut].map(({ id }) => id).sort();
  assertEquals(all, ["jax-cuda", "pytorch-cuda", "pytorch-cuda-released"]);
  for (const { command } of contestants.slice(3)) {
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
  return { ...{ id, label: id, needsPyTorch: false }, command: () => command };
}

Deno.test("stepsWithin() keeps to the seconds, but makes three steps", () => {
  const limits = { steps: 20, seconds: 10 };
  assertEquals([0.1, 1, 5, 100].map((step) => stepsWithin(limits, step)), [20, 10, 3, 3]);
  assertEquals(stepsWithin({ steps: 2, seconds: 10 }, 100), 2);
});

Deno.test("takeTurns() goes on without a contestant that fails", async () => {
  const silent = { ...fake("silent", 1), command: () => [Deno.execPath(), "eval", "Deno.exit(3)"] };
  const contestants = [fake("fast", 0.25), silent, fake("tired", 0.25, 6), fake("slow", 4)];
  const result = await takeTurns(contestants, "rmnist", "none", { steps: 7, seconds: 16 });
  assertEquals(
    result.contestants.map(({ id, stepSeconds, losses, firstLoss }) =>
      [id, stepSeconds, losses, firstLoss] as const
    ),
    [
      ["fast", Array(7).fill(0.25), [99, 98, 97], 99],
      ["slow", Array(4).fill(4), [99, 98, 97], 99],
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
  arithmetic: { forward: 5e9, backward: 12e9, total: 17e9, recomputed: 0 },
  contestants: [contestant("ort-cuda", [1000.05, 900.5, 800.5], 0.25), CPU],
  leftOut: [{ id: "jax-cuda", label: "JAX", reason: "it is not there" }],
};
const MEASUREMENT: GpuMeasurement = {
  ...{ schema: 2, date: "2026-11-20T21:38:23.518Z" },
  machine: {
    ...{ cpu: "AMD EPYC", cores: 16, memoryBytes: 2 ** 34, system: "linux x86_64" },
    ...{ deno: "2.9.6", commit: "abc", loadBefore: 0.031 },
  },
  peak: {
    ...{ side: 1000, operations: 2e9 },
    contestants: [
      { id: "a", label: "ours", library: "lib 1", threads: 16, productSeconds: [0.02, 0.03] },
    ],
  },
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
    "rmnist: the x: loss 1 must be that of ort-cpu, 1000: current value is 1000.2",
    "rmnist: the x: loss 3 must be that of ort-cpu, 800: current value is 801",
    "rmnist: the x: loss 1 must be that of ort-cpu, 1000: current value is NaN",
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

Deno.test("gpuSizeTable() compares with the first contestant, gpuMachineLines() tells the card", () => {
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
    "1000³ float32 product, ours: 100 GFLOP/s at the fastest, 80 at the median",
    "AMD EPYC, 16 cores, linux x86_64, Deno 2.9.6; load 0.03 before; NVIDIA_TF32_OVERRIDE=0; 2026-11-20.",
  ]);
});

Deno.test("runScript() gives a script up when it takes too long", async () => {
  const { value, reason } = await runScript("./gpu_probe.ts", ["wasm"], 0.01);
  assertEquals([value, reason], [undefined, "it took more than 0.01 s"]);
});

Deno.test("compareBackend() trains on a backend beside ort-cpu, or says why not", async () => {
  const { agrees, cases, failure } = await compareBackend("wasm", [{ size: "tiny", steps: 3 }]);
  assertEquals([agrees, failure], [true, undefined]);
  assertEquals(cases.map(({ label }) => label), ["images", "vectors"]);
  for (const { difference, firstLoss, lastLoss } of cases) {
    assert(difference! < 1e-4 && firstLoss !== lastLoss);
  }
  const failed = await compareBackend("tpu", [{ size: "tiny", steps: 3 }]);
  assertEquals([failed.agrees, failed.cases], [false, []]);
  assertStringIncludes(failed.failure!, `Cannot select backend "tpu"`);
});

const GPU_SCRIPT = "benchmarks/speed/gpu.ts";

async function withoutGpu(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--no-check", GPU_SCRIPT, ...args],
    cwd: new URL("../../..", import.meta.url),
    // Hides GPUs where there are any.
    env: { NO_COLOR: "1", CUDA_VISIBLE_DEVICES: "", VK_DRIVER_FILES: "/nonexistent.json" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("gpu.ts ends with code 1 and one line when there is no GPU", async () => {
  const { code, stdout, stderr } = await withoutGpu("--backend", "ort-webgpu");
  assertEquals(code, 1, stdout + stderr);
  assertEquals(
    stderr,
    "Cannot compare on a GPU: one of the GPU backends must load, none does: ort-webgpu",
  );
  assertStringIncludes(stdout, "ort-webgpu: does not load: ");
});

Deno.test("gpu.ts ends with code 2 when its usage is wrong", async () => {
  const { code, stderr } = await withoutGpu("--backend", "tpu");
  assertEquals([code, stderr.split("\n").length], [2, 1]);
  assertStringIncludes(stderr, `Cannot compare backend "tpu"`);
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
      assertEquals(gpu.agreements.map(({ agrees }) => agrees), [true]);
      assertEquals(size!.contestants.slice(0, 2).map(({ id }) => id), ["ort-webgpu", "ort-cpu"]);
      for (const { stepSeconds, losses } of size!.contestants) {
        assertEquals([stepSeconds.length, losses.length], [3, 3]);
      }
    } finally {
      await Deno.remove(out);
    }
  },
});

Deno.test("nvidiaCards() throws what nvidia-smi's answer lacks", async () => {
  const program = await Deno.makeTempFile({ prefix: "ode2vae_smi_" });
  try {
    await Deno.writeTextFile(program, "#!/bin/sh\necho 'NVIDIA H200, 580.1'\n");
    await Deno.chmod(program, 0o755);
    await assertRejects(() => nvidiaCards(program), SyntaxError, "name, driver and memory");
  } finally {
    await Deno.remove(program);
  }
});
