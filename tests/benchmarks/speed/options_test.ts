import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { helpText } from "../../../benchmarks/commands/command_line.ts";
import { UsageError } from "../../../benchmarks/errors.ts";
import {
  AGREEMENT,
  COST,
  GPU,
  MEASURE,
  MEMORY,
  parseSpeedArgs,
  PROFILE,
} from "../../../benchmarks/speed/options.ts";
import { scriptCommand } from "../../../benchmarks/speed/processes.ts";
import { COST_AXES } from "../../../benchmarks/speed/sizes.ts";
import { run } from "./_examples.ts";

const SIZES = ["rmnist", "bouncing_balls", "mocap_many", "mocap_single"] as const;
const WHOLE = "it must be a whole number from 1 to 999999, is";
const OF_SIZES = "it must be one of rmnist, bouncing_balls, mocap_many, mocap_single";

/** The options that words give, with the words beside them as `words` where there are any. */
function read(command: Parameters<typeof parseSpeedArgs>[0], words: string, count = 0): unknown {
  const given = parseSpeedArgs(command, words.split(" ").filter(Boolean), count);
  if (given === "help") return given;
  return count === 0 ? given.options : { ...given.options, words: given.words };
}

const parse = {
  measure: (words: string) => read(MEASURE, words),
  cost: (words: string) => read(COST, words),
  memory: (words: string) => read(MEMORY, words),
  gpu: (words: string) => read(GPU, words),
  agreement: (words: string) => read(AGREEMENT, words, 1),
  profile: (words: string) => read(PROFILE, words, 1),
};

const READ: Readonly<Record<keyof typeof parse, readonly (readonly [string, object])[]>> = {
  measure: [
    ["", {
      size: SIZES,
      steps: 20,
      only: [
        ...["compiled-2", "compiled-1", "pytorch", "pytorch-1", "pytorch-compile", "jax"],
        ...["pytorch-released", "wasm"],
      ],
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
      only: [
        ...["ort-cuda", "ort-webgpu", "webgpu", "tensorflow", "ort-cuda-threads"],
        ...["ort-webgpu-threads", "ort-cpu", "pytorch-cuda", "pytorch-cuda-released", "jax-cuda"],
      ],
      ...{ steps: 20, seconds: 60, allowSoftware: false },
    }],
    [
      "--size mocap_many,rmnist --backend=webgpu,ort-cuda --only jax-cuda,webgpu --steps 7 --seconds 9 " +
      "--out f --allow-software",
      {
        ...{ size: ["rmnist", "mocap_many"], backend: ["ort-cuda", "webgpu"] },
        only: ["webgpu", "jax-cuda"],
        ...{ steps: 7, seconds: 9, out: "f", allowSoftware: true },
      },
    ],
  ],
  agreement: [
    ["ort-webgpu", { words: ["ort-webgpu"], steps: 50, size: "tiny", json: false }],
    ["--steps 5 wasm --size rmnist --json", {
      ...{ words: ["wasm"], steps: 5, size: "rmnist", json: true },
    }],
  ],
  profile: [
    ["ort-cuda", { words: ["ort-cuda"], size: "rmnist", steps: 3, threads: 1 }],
    ["ort-cpu --size mocap_many --steps 1 --threads 2", {
      ...{ words: ["ort-cpu"], size: "mocap_many", steps: 1, threads: 2 },
    }],
  ],
};

for (const [name, cases] of Object.entries(READ)) {
  Deno.test(`parseSpeedArgs() gives defaults and what was given of ${name}`, () => {
    for (const [words, options] of cases) {
      assertEquals<unknown>(parse[name as keyof typeof parse](words), options);
    }
    assertEquals(parse[name as keyof typeof parse]("--help"), "help");
  });
}

Deno.test("parseSpeedArgs() throws when an argument is unknown or malformed", () => {
  for (
    const [name, words, message] of [
      ["measure", "--stepz 3", `Cannot use option "--stepz": it must be one of --size, --steps, `],
      ["measure", "extra", `there must be 0 besides the options (see --help), is "extra"`],
      ["measure", "--steps 0", `Cannot read --steps: ${WHOLE} "0"`],
      ["measure", "--sequences x", `Cannot read --sequences: ${WHOLE} "x"`],
      [
        "measure",
        "--size mnist",
        `Cannot measure size "mnist": ${OF_SIZES}, all (did you mean rmnist?)`,
      ],
      ["measure", "--size=", "Cannot use option --size: it must have a value"],
      [
        "measure",
        "--only wasm,tpu",
        `Cannot measure contestant "tpu": it must be one of compiled-2, `,
      ],
      ["measure", "--out=", "Cannot use option --out: it must have a value"],
      ["cost", "--steps 1.5", `Cannot read --steps: ${WHOLE} "1.5"`],
      [
        "cost",
        "--axis frames",
        `Cannot measure axis "frames": it must be one of rmnist/sequences, `,
      ],
      ["memory", "--steps 19", `Cannot read --steps: it must be a whole number from 20 to 999999`],
      ["memory", "--sequences 0", `Cannot read --sequences: ${WHOLE} "0"`],
      ["memory", "--size mnist", `Cannot watch size "mnist": ${OF_SIZES}`],
      ["gpu", "--seconds 1.5", `Cannot read --seconds: ${WHOLE} "1.5"`],
      [
        "gpu",
        "--backend wasm",
        `Cannot compare backend "wasm": it must be one of ort-cuda, ort-webgpu, `,
      ],
      ["agreement", "", `there must be 1 besides the options (see --help), is ""`],
      ["agreement", "wasm tpu", `there must be 1 besides the options (see --help), is "wasm tpu"`],
      [
        "agreement",
        "wasm --size huge",
        `Cannot train size "huge": it must be one of tiny, vectors, rmnist`,
      ],
    ] as const
  ) assertThrows(() => parse[name](words), UsageError, message);
});

Deno.test("each command's help names its options, their defaults and how it is called", () => {
  const help = helpText(MEMORY, 100);
  assertStringIncludes(help, "Usage: deno run -A benchmarks/speed/memory.ts [options]");
  assertStringIncludes(
    help,
    "--size NAME    rmnist, bouncing_balls, mocap_many, mocap_single; the default is rmnist",
  );
  assertStringIncludes(help, "the default is 1000");
  assertStringIncludes(helpText(GPU, 80), "--allow-software");
  assertStringIncludes(helpText(GPU, 80), "ODE2VAE_PYTHON");
  assertStringIncludes(helpText(AGREEMENT, 100), "gpu_agreement.ts BACKEND [options]");
});

Deno.test("a script ends with code 2 and one line when its usage is wrong", async () => {
  for (
    const [script, ...args] of [
      ["measure.ts", "--only", "tpu"],
      ["cost.ts", "--axis", "depth"],
      ["memory.ts", "--size", "mnist"],
      ["gpu.ts", "--backend", "tpu"],
      ["child.ts", "serve", "wasm"],
      ["profile.ts", "wasm"],
    ] as const
  ) {
    const { code, stdout, stderr } = await run(scriptCommand(`./${script}`, ...args));
    assertEquals([code, stdout], [2, ""], script);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
    assertStringIncludes(stderr, "must be ");
  }
});
