import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../benchmarks/errors.ts";
import {
  AGREEMENT,
  COST,
  GPU,
  helpOf,
  MEASURE,
  MEMORY,
  parseOptions,
} from "../../../benchmarks/speed/options.ts";
import { scriptCommand } from "../../../benchmarks/speed/processes.ts";
import { COST_AXES } from "../../../benchmarks/speed/sizes.ts";
import { run } from "./_examples.ts";

const SIZES = ["rmnist", "bouncing_balls", "mocap_many"] as const;
const WHOLE = "it must be a whole number from 1 to 999999, is";
const OF_SIZES = "it must be one of rmnist, bouncing_balls, mocap_many";

const parse = {
  measure: (words: string) => parseOptions(MEASURE, words.split(" ").filter(Boolean)),
  cost: (words: string) => parseOptions(COST, words.split(" ").filter(Boolean)),
  memory: (words: string) => parseOptions(MEMORY, words.split(" ").filter(Boolean)),
  gpu: (words: string) => parseOptions(GPU, words.split(" ").filter(Boolean)),
  agreement: (words: string) => parseOptions(AGREEMENT, words.split(" ").filter(Boolean)),
};

const READ: Readonly<Record<keyof typeof parse, readonly (readonly [string, object])[]>> = {
  measure: [
    ["", {
      size: SIZES,
      steps: 20,
      only: ["compiled-2", "compiled-1", "pytorch", "pytorch-1", "pytorch-released", "wasm"],
    }],
    ["--only wasm,compiled-1 --steps 7 --sequences=2 --out=f --size all", {
      ...{ size: SIZES, steps: 7, sequences: 2, only: ["compiled-1", "wasm"], out: "f" },
    }],
    ["--size mocap_many,rmnist --only wasm", {
      ...{ size: ["rmnist", "mocap_many"], steps: 20, only: ["wasm"] },
    }],
  ],
  cost: [
    ["", { axis: COST_AXES.map(({ id }) => id), steps: 12 }],
    ["--axis mocap_many/frames,rmnist/sequences --steps=3 --out f", {
      ...{ axis: ["rmnist/sequences", "mocap_many/frames"], steps: 3, out: "f" },
    }],
  ],
  memory: [
    ["", { size: "rmnist", steps: 1000 }],
    ["--size mocap_many --steps=20 --sequences 5 --out f", {
      ...{ size: "mocap_many", steps: 20, sequences: 5, out: "f" },
    }],
  ],
  gpu: [
    ["", {
      size: SIZES,
      backend: ["ort-cuda", "ort-webgpu", "webgpu", "tensorflow"],
      ...{ steps: 20, seconds: 60, allowSoftware: false },
    }],
    [
      "--size mocap_many,rmnist --backend=webgpu,ort-cuda --steps 7 --seconds 9 --out f --allow-software",
      {
        ...{ size: ["rmnist", "mocap_many"], backend: ["ort-cuda", "webgpu"] },
        ...{ steps: 7, seconds: 9, out: "f", allowSoftware: true },
      },
    ],
  ],
  agreement: [
    ["ort-webgpu", { backend: "ort-webgpu", steps: 50, size: "tiny", json: false }],
    ["--steps 5 wasm --size rmnist --json", {
      ...{ backend: "wasm", steps: 5, size: "rmnist", json: true },
    }],
  ],
};

for (const [name, cases] of Object.entries(READ)) {
  Deno.test(`parseOptions() gives defaults and what was given of ${name}`, () => {
    for (const [words, options] of cases) {
      assertEquals<unknown>(parse[name as keyof typeof parse](words), options);
    }
    assertEquals(parse[name as keyof typeof parse]("--help"), "help");
  });
}

Deno.test("parseOptions() throws when an argument is unknown or malformed", () => {
  for (
    const [name, words, message] of [
      ["measure", "--stepz 3", `unknown argument "--stepz" (see --help)`],
      ["measure", "extra", `unknown argument "extra" (see --help)`],
      ["measure", "--steps 0", `Cannot read --steps: ${WHOLE} "0"`],
      ["measure", "--sequences x", `Cannot read --sequences: ${WHOLE} "x"`],
      ["measure", "--size mnist", `Cannot read --size: ${OF_SIZES} or all, is "mnist"`],
      ["measure", "--size=", `Cannot read --size: ${OF_SIZES} or all, is ""`],
      ["measure", "--only wasm,tpu", `Cannot read --only: it must be one of compiled-2, `],
      ["measure", "--out=", "Cannot use option --out: it must have a value"],
      ["cost", "--steps 1.5", `Cannot read --steps: ${WHOLE} "1.5"`],
      ["cost", "--axis frames", `Cannot read --axis: it must be one of rmnist/sequences, `],
      ["memory", "--steps 19", `Cannot read --steps: it must be a whole number from 20 to 999999`],
      ["memory", "--sequences 0", `Cannot read --sequences: ${WHOLE} "0"`],
      ["memory", "--size mnist", `Cannot read --size: ${OF_SIZES}, is "mnist"`],
      ["gpu", "--seconds 1.5", `Cannot read --seconds: ${WHOLE} "1.5"`],
      ["gpu", "--backend wasm", `Cannot read --backend: it must be one of ort-cuda, ort-webgpu, `],
      ["agreement", "", "the first argument must be a backend"],
      ["agreement", "wasm tpu", `unknown argument "tpu" (see --help)`],
      ["agreement", "wasm --size huge", `Cannot read --size: it must be one of tiny, rmnist, is`],
    ] as const
  ) assertThrows(() => parse[name](words), UsageError, message);
});

Deno.test("helpOf() lists every option with its default", () => {
  assertEquals(helpOf(MEMORY).split("\n"), [
    "Watches the memory of many training steps of ODE2VAE-KL in one process.",
    "",
    "Usage: deno run -A benchmarks/speed/memory.ts [options]",
    "",
    "Options:",
    "  --size NAME    one of rmnist, bouncing_balls, mocap_many; the default is rmnist",
    "  --steps N      training steps; the default is 1000",
    "  --sequences B  sequences in the minibatch; the default is 8 for rmnist, 1 for bouncing_balls, 2 for mocap_many",
    "  --out FILE     also write the results as JSON",
    "  --help         show this text",
  ]);
  assertStringIncludes(
    helpOf(GPU),
    "\n  --allow-software  also adapters that compute on the CPU, ",
  );
  assert(helpOf(GPU).endsWith("\n\nODE2VAE_PYTHON names the Python with PyTorch and JAX."));
  assertStringIncludes(helpOf(AGREEMENT), "gpu_agreement.ts BACKEND [options]");
});

Deno.test("a script ends with code 2 and one line when its usage is wrong", async () => {
  for (
    const [script, ...args] of [
      ["measure.ts", "--only", "tpu"],
      ["cost.ts", "--axis", "depth"],
      ["memory.ts", "--size", "mnist"],
      ["gpu.ts", "--backend", "tpu"],
      ["child.ts", "serve", "wasm"],
    ] as const
  ) {
    const { code, stdout, stderr } = await run(scriptCommand(`./${script}`, ...args));
    assertEquals([code, stdout], [2, ""], script);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
    assertStringIncludes(stderr, "must be ");
  }
});
