import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeArrays } from "../../../benchmarks/speed/exchange.ts";
import { StepProcess } from "../../../benchmarks/speed/processes.ts";
import {
  findPython,
  missingPeer,
  type Peer,
  peerCommand,
  type PeerOptions,
  pythonCandidates,
} from "../../../benchmarks/speed/python.ts";
import { type Size, SIZES } from "../../../benchmarks/speed/sizes.ts";
import { initialParameters, workload } from "../../../benchmarks/speed/workload.ts";
import { rootKey } from "../../../data/random/mod.ts";
import type { HostArray } from "../../../models/backend/tensors.ts";
import {
  evaluate,
  perturbed,
  relativeDifference,
  small,
  tryEvaluate,
  withoutJax,
  withoutPyTorch as ignore,
} from "./_peers.ts";

// PyTorch's step is itself checked here: by a case that can be done by hand, by central differences and by its two traces.
const [Q, HIDDEN, SEQUENCES, LENGTH, GRID] = [2, 5, 2, 3, 4];
/** Step of central differences. */
const STEP = 2 ** -18;
/** Grid states of each sequence's frames: one starts late, both skip one. */
const OBSERVED = [[0, 1, 3], [1, 2, 3]];
const TINY = { settings: { ...SIZES.rmnist.settings, latentDimensions: Q, fieldHidden: HIDDEN } };

/** Numbers in (-1, 1) without a pattern that a wrong transposition would keep. */
function values(shape: readonly number[], scale: number, phase: number): HostArray {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from(
    { length },
    (_, i) => scale * Math.sin(12.9898 * (i + 1) + 78.233 * phase + 0.01 * i * i),
  );
  return { shape, data };
}

/** All inputs of the oracle; `scale` 0 makes every parameter and the weights' noise zero. */
function inputs(scale: number): Record<string, HostArray> {
  const parameters = Object.entries(initialParameters(TINY))
    .map(([name, { shape }], i) => [name, values(shape, scale, i)] as const);
  const frames = values([SEQUENCES, LENGTH, 28, 28], 0.5, 101);
  const selection = new Float32Array(SEQUENCES * LENGTH * GRID);
  OBSERVED.flat().forEach((state, row) => selection[row * GRID + state] = 1);
  const weights = (2 * Q + 1) * HIDDEN + (HIDDEN + 1) * HIDDEN + (HIDDEN + 1) * Q;
  return {
    ...Object.fromEntries(parameters),
    frames: { shape: frames.shape, data: Float32Array.from(frames.data, (x) => x + 0.5) },
    selection: { shape: [SEQUENCES, LENGTH, GRID], data: selection },
    "noise/initial": values([SEQUENCES, 2 * Q], 1, 102),
    "noise/weights": values([weights], Math.sign(scale), 103),
  };
}

Deno.test({
  name: "pytorch_step.py gives the terms done by hand when every parameter is zero",
  ignore,
  async fn() {
    const arrays = inputs(0);
    const { terms, inside } = await evaluate("PyTorch", arrays, { float64: true });
    // f = 0 and q(z0) = N(0, I): v stays, s moves on a line, log q stays log N(z0; 0, I), every pixel has p = 1/2.
    const noise = arrays["noise/initial"]!.data;
    const logNormal = (z: readonly number[]) =>
      z.reduce((sum, x) => sum - 0.5 * (Math.log(2 * Math.PI) + x * x), 0);
    let [latentPrior, logDensity, encoderDensity] = [0, 0, 0];
    // The encoder's density is N(0, I) too; its windows are the first L - m frames.
    OBSERVED.forEach((states, b) => {
      const [s, v] = [0, Q].map((start) => [...noise.subarray(2 * Q * b + start).slice(0, Q)]);
      for (const [frame, state] of states.entries()) {
        const z = [...s!.map((x, i) => x + 0.1 * state * v![i]!), ...v!];
        latentPrior += logNormal(z) / SEQUENCES;
        if (frame < LENGTH - 1) encoderDensity += logNormal(z) / SEQUENCES;
        logDensity += logNormal([...s!, ...v!]) / SEQUENCES;
      }
    });
    assertAlmostEquals(terms.reconstruction!, LENGTH * 784 * Math.log(0.5 + 1e-5), 1e-6);
    assertAlmostEquals(terms.latentPrior!, latentPrior, 1e-6);
    assertAlmostEquals(terms.logDensity!, logDensity, 1e-6);
    assertAlmostEquals(terms.fieldKl!, 0, 1e-12);
    assertAlmostEquals(terms.encoderKl!, logDensity - encoderDensity, 1e-6);
    const beta = Q / (HIDDEN * (3 * Q + 2 * HIDDEN + 3) + Q);
    assertAlmostEquals(
      terms.loss!,
      -(terms.reconstruction! + terms.latentPrior! - terms.logDensity! -
        beta * terms.fieldKl! -
        0.1 * terms.encoderKl!),
      1e-6,
    );
    assertEquals(inside.states!.shape, [SEQUENCES, GRID, 2 * Q]);
    assertEquals(inside.decoded!.shape, [SEQUENCES, LENGTH, 28, 28]);
  },
});

for (const name of ["rmnist", "bouncing_balls", "mocap_many"] as const) {
  Deno.test({
    name: `pytorch_step.py gives one loss and gradient with both traces for ${name}`,
    ignore,
    async fn() {
      const arrays = name === "rmnist" ? inputs(0.3) : await workload(small(SIZES[name], 5, 5));
      const options: PeerOptions = { size: name, float64: true };
      const closed = await evaluate("PyTorch", arrays, options);
      const autograd = await evaluate("PyTorch", arrays, { ...options, trace: "autograd" });
      const { data: drift, shape } = closed.inside.logDensity!;
      assert(Math.abs(drift[shape[1]! - 1]! - drift[0]!) > 1e-3, "log q must show the trace");
      assertAlmostEquals(closed.terms.loss! / autograd.terms.loss!, 1, 1e-12);
      const parameters = Object.keys(arrays).filter((name) => /\/[a-zA-Z0-9]+\//.test(name));
      assertEquals(
        Object.keys(closed.gradients).sort(),
        [...parameters, "field/logVariance"].sort(),
      );
      for (const [parameter, { data, shape }] of Object.entries(closed.gradients)) {
        assertEquals(shape, arrays[parameter]!.shape, parameter);
        const difference = relativeDifference(autograd.gradients[parameter]!.data, data);
        assert(difference < 1e-5, `${parameter}: ${difference}`);
      }
    },
  });
}

Deno.test({
  name: "pytorch_step.py gives the slope of the loss when a parameter moves",
  ignore,
  async fn() {
    const arrays = inputs(0.3);
    const names = ["positionEncoder/conv2/kernel", "decoder/conv2/kernel", "field/layer1/kernel"];
    const options: PeerOptions = { float64: true };
    const { gradients } = await evaluate("PyTorch", arrays, options);
    // One joint direction. The step is small as log q jumps where a unit of the field switches on.
    const moved = (step: number) => {
      const copies = { ...arrays };
      for (const name of names) {
        const { shape, data } = arrays[name]!;
        copies[name] = { shape, data: data.map((x, i) => i % 7 === 3 ? x + step : x) };
      }
      return copies;
    };
    const [left, right] = [moved(-STEP), moved(STEP)];
    const difference = (await evaluate("PyTorch", right, options)).terms.loss! -
      (await evaluate("PyTorch", left, options)).terms.loss!;
    let expected = 0;
    for (const name of names) {
      // What float32 kept of the step, not the step itself.
      const [from, to] = [left[name]!.data, right[name]!.data];
      gradients[name]!.data.forEach((g, i) => expected += g * (to[i]! - from[i]!));
    }
    assertAlmostEquals(difference / expected, 1, 1e-3);
  },
});

Deno.test({
  name: "pytorch_step.py leaves out the encoder's term when the model is ode2vae",
  ignore,
  async fn() {
    const { terms } = await evaluate("PyTorch", inputs(0.3), { model: "ode2vae" });
    assertEquals("encoderKl" in terms, false);
  },
});

const ignoreJax = ignore || withoutJax;

const SMALL = {
  rmnist: small(SIZES.rmnist, 3, 16),
  bouncing_balls: small(SIZES.bouncing_balls, 5, 6),
  mocap_many: small(SIZES.mocap_many, 6, 8),
};
const perturbedWorkload = async (size: Size) => perturbed(await workload(size), rootKey(3));

const CASES: readonly (readonly [Size, PeerOptions])[] = [
  [SMALL.rmnist, {}],
  [SMALL.bouncing_balls, {}],
  [SMALL.mocap_many, { model: "ode2vae", initialLogDensity: "released-code" }],
];

for (const [size, variant] of CASES) {
  Deno.test({
    name: `jax_step.py has the loss, terms and gradients of pytorch_step.py for ${size.name} ` +
      Object.values(variant).join(),
    ignore: ignoreJax,
    async fn() {
      const arrays = await perturbedWorkload(size);
      const options = { size: size.name, ...variant, float64: true };
      const ours = await evaluate("JAX", arrays, options);
      const theirs = await evaluate("PyTorch", arrays, options);
      assertEquals(Object.keys(ours.terms).sort(), Object.keys(theirs.terms).sort());
      for (const [name, value] of Object.entries(theirs.terms)) {
        const difference = Math.abs(ours.terms[name]! / value - 1);
        assert(difference < 1e-9, `${name}: ${difference}`);
      }
      for (const part of ["inside", "gradients"] as const) {
        assertEquals(Object.keys(ours[part]).sort(), Object.keys(theirs[part]).sort());
        for (const [name, { data, shape }] of Object.entries(theirs[part])) {
          assertEquals(ours[part][name]!.shape, shape, name);
          const difference = relativeDifference(ours[part][name]!.data, data);
          assert(difference < (part === "inside" ? 1e-6 : 1e-5), `${name}: ${difference}`);
        }
      }
    },
  });
}

/** A peer that serves a size, its facts and the losses before and after two updates. */
async function servedLosses(oracle: Peer, inputsFile: string, options: PeerOptions = {}) {
  const command = peerCommand(oracle, ["serve", inputsFile], { size: "mocap_many", ...options });
  const process = await StepProcess.start(command);
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const { loss, seconds } = await process.step();
    assert(seconds > 0);
    losses.push(loss);
  }
  await process.close();
  return { facts: process.facts, losses };
}

for (
  const [oracle, options, ignored] of [
    ["JAX", {}, ignoreJax],
    ["PyTorch 2", { compile: true }, ignore || missingPeer("PyTorch 2") !== undefined],
  ] as const
) {
  Deno.test({
    name: `the steps of ${oracle} are PyTorch's: gradients, Adam and what serve says`,
    ignore: ignored,
    async fn() {
      const inputsFile = await Deno.makeTempFile({ prefix: "ode2vae_peer_" });
      try {
        await Deno.writeFile(inputsFile, encodeArrays(await perturbedWorkload(SMALL.mocap_many)));
        const { facts, losses } = await servedLosses(oracle, inputsFile, options);
        assertStringIncludes(facts.library, oracle.split(" ")[0]!);
        assert(facts.compileSeconds! > 0 && facts.threads >= 1);
        const theirs = await servedLosses("PyTorch", inputsFile);
        assert(theirs.losses[2]! < theirs.losses[0]!, "two updates must show");
        losses.forEach((loss, i) => assertAlmostEquals(loss / theirs.losses[i]!, 1, 1e-5));
      } finally {
        await Deno.remove(inputsFile);
      }
    },
  });
}

Deno.test({
  name: "the peers say why in one line when they cannot compute",
  ignore: ignoreJax,
  async fn() {
    const tiny = inputs(0.3);
    const { "decoder/conv4/bias": _, ...lackingTiny } = tiny;
    const arrays = await perturbedWorkload(SMALL.mocap_many);
    const { "decoder/dense2/bias": __, ...lacking } = arrays;
    const { frames: ___, ...noFrames } = arrays;
    const mocap = { size: "mocap_many" } as const;
    for (
      const [oracle, given, options, message] of [
        ["PyTorch", lackingTiny, {}, "hold every parameter, missing: decoder/conv4/bias"],
        [
          ...["PyTorch", tiny, { size: "bouncing_balls" }] as const,
          "positionEncoder/conv1/kernel must have the shape (5, 5, 1, 16) of --size " +
          "bouncing_balls, is (5, 5, 1, 8)",
        ],
        ["JAX", arrays, { ...mocap, device: "cuda" }, "Unknown backend"],
        ["JAX", lacking, mocap, "must be in the input file: 'decoder/dense2/bias'"],
        ["JAX", noFrames, mocap, "the input file must hold 'frames'"],
      ] as const
    ) {
      const { code, stderr } = await tryEvaluate(oracle, given, options);
      assertEquals(code, 1);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      assertStringIncludes(stderr, "cannot evaluate: ");
      assertStringIncludes(stderr, message);
    }
  },
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
  const both = imports(["python3", "/usr/bin/python3"]);
  assertEquals(findPython(modules, "", both), "python3");
  assertEquals(asked, ["python3: numpy+torch"]);
  assertEquals(findPython(modules, "", imports(["/usr/bin/python3"])), "/usr/bin/python3");
  assertEquals(findPython(modules, "", imports([])), undefined);
  // The one that is named, or none: not another one in silence.
  const named = "/opt/python";
  assertEquals(findPython(modules, named, imports([named, "python3"])), named);
  assertEquals(findPython(modules, named, imports(["python3"])), undefined);
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
    assertEquals(findPython(["numpy", "jax"], good), good);
    assertEquals(findPython(["numpy"], good), undefined);
    assertEquals(findPython(["numpy", "jax"], bad), undefined);
    assertEquals(findPython(["numpy", "jax"], `${folder}/none`), undefined);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "peerCommand() writes options as the scripts read them",
  ignore,
  fn() {
    const options = { initialLogDensity: "paper", threads: 1, float64: true } as const;
    const [, script, ...words] = peerCommand("PyTorch", ["serve", "f"], options);
    assert(script!.endsWith("pytorch_step.py"));
    const flags = "--initial-log-density paper --threads 1 --float64";
    assertEquals(words.join(" "), `serve f ${flags}`);
    const float32 = peerCommand("PyTorch", ["serve", "f"], { float64: false });
    assertEquals(float32.slice(2), ["serve", "f"]);
  },
});
