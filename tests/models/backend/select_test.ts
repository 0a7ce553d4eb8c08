import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Backend } from "../../../models/backend/backend.ts";
import {
  cudaDevice,
  hasNvidiaDriver,
  missingForCuda,
  missingForWebgpu,
} from "../../../models/backend/native_library.ts";
import { selectBackend, type SelectOptions } from "../../../models/backend/select.ts";
import { loadTensorflow, type TensorflowModule } from "../../../models/backend/tensorflow.ts";
import { platform } from "node:process";

/** A stand-in for `@tensorflow/tfjs-node-gpu`. */
function tensorflow(isUsingGpuDevice: boolean): () => Promise<TensorflowModule> {
  return () =>
    Promise.resolve({
      version: { "tfjs-node": "9.8.7" },
      setBackend: (name) => Promise.resolve(name === "tensorflow"),
      ready: () => Promise.resolve(),
      backend: () => ({ isUsingGpuDevice, binding: { TF_Version: "5.4.3" } }),
    });
}

const failing = (message: string) => () => Promise.reject(new Error(message));

/** A machine on which ONNX Runtime's CUDA works or not, TensorFlow finds a GPU, none, or is not installed. */
function machine(
  gpus: { readonly cuda?: boolean; readonly tensorflow?: boolean },
): SelectOptions {
  return {
    threads: 3,
    importTensorflow: gpus.tensorflow === undefined
      ? failing("Cannot find module")
      : tensorflow(gpus.tensorflow),
    hasNvidia: () => true,
    loadOrt: (name, device, threads) =>
      name === "ort-cuda" && !gpus.cuda
        ? Promise.reject(new Error("no CUDA"))
        : Promise.resolve<Backend>({
          name,
          device,
          threads,
          version: "stand-in",
          compile: failing("Cannot compile: a stand-in"),
        }),
  };
}

Deno.test("selectBackend() takes the first backend with a GPU when it may choose", async () => {
  const chosen = async (gpus: Parameters<typeof machine>[0]) => {
    const { name, device, threads } = await selectBackend("auto", machine(gpus));
    assertEquals(threads, 3);
    return [name, device];
  };
  assertEquals(await chosen({ cuda: true, tensorflow: true }), ["ort-cuda", cudaDevice()]);
  assertEquals(await chosen({ tensorflow: true }), ["tensorflow", "CUDA GPU (TensorFlow)"]);
  // The stand-in of ort-webgpu would load.
  assertEquals((await chosen({ tensorflow: false }))[0], "ort-cpu");
  assertEquals((await chosen({}))[0], "ort-cpu");
});

Deno.test("selectBackend() does not import TensorFlow when it may choose and there is no NVIDIA driver", async () => {
  let imports = 0;
  const { name } = await selectBackend("auto", {
    ...machine({ cuda: true, tensorflow: true }),
    hasNvidia: () => false,
    importTensorflow: () => {
      imports++;
      return tensorflow(true)();
    },
  });
  assertEquals([name, imports], ["ort-cpu", 0]);
});

Deno.test("selectBackend() lists the valid names when it does not know one", async () => {
  await assertRejects(
    () => selectBackend("cuda"),
    RangeError,
    'Cannot select backend "cuda": it must be one of auto, tensorflow, ort-cuda, ort-webgpu, ort-cpu, webgpu, wasm',
  );
});

Deno.test("selectBackend() gives a backend that computes when it is asked for by name", async () => {
  for (const name of ["ort-cpu", "wasm"]) {
    const backend = await selectBackend(name);
    assertEquals(backend.name, name);
    assert(backend.version.length > 5 && backend.device.length > 0, backend.version);
    const step = await backend.compile(({ x }) => ({ y: x!.add(x!) }), { x: { shape: [2] } });
    const { y } = await step.run({ x: { shape: [2], data: Float32Array.of(1, 2) } });
    assertEquals(y, { shape: [2], data: Float32Array.of(2, 4) });
    await step.dispose();
  }
});

Deno.test("selectBackend() takes TensorFlow on the CPU when it is asked for by name", async () => {
  const lines: string[] = [];
  const log = (line: string) => lines.push(line);
  const idle = machine({ tensorflow: false });
  const backend = await selectBackend("tensorflow", { ...idle, log });
  assertEquals(lines, [
    "Found NVIDIA's driver but TensorFlow computes on the CPU: the CUDA and cuDNN that its library was built for must be installed",
  ]);
  await selectBackend("tensorflow", { ...idle, log, hasNvidia: () => false });
  await selectBackend("tensorflow", { ...machine({ tensorflow: true }), log });
  assertEquals(lines.length, 1);
  assertEquals(
    [backend.name, backend.version, backend.device],
    ["tensorflow", "tfjs-node-gpu 9.8.7, TensorFlow 5.4.3", "CPU (TensorFlow found no GPU)"],
  );
});

Deno.test("loadTensorflow() says in one line what is missing when TensorFlow does not load", async () => {
  const cases = [
    ["The Node.js native addon module can not be found at path: /x. \nPlease", "at path: /x."],
    ["libtensorflow_cc.so.2: cannot open shared object file", "libtensorflow_cc.so.2: cannot"],
    ["npm package '@tensorflow/tfjs-node-gpu' not found\n  at x", "npm package '@tensorflow"],
  ] as const;
  for (const [cause, part] of cases) {
    const error = await assertRejects(() => loadTensorflow(1, failing(cause)), Error, part);
    assert(
      error.message.startsWith(
        'Cannot use backend "tensorflow": its addon must load (deno task setup:tensorflow makes it): ',
      ),
      error.message,
    );
    assert(!error.message.includes("\n"), error.message);
  }
});

Deno.test("missingForCuda() names the file or the driver when one is missing", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const windows = platform === "win32";
    const provider = windows
      ? "onnxruntime_providers_cuda.dll"
      : "libonnxruntime_providers_cuda.so";
    const without = missingForCuda(folder, () => true);
    assert(without?.startsWith(provider) && without.endsWith(folder), without);
    Deno.writeTextFileSync(`${folder}/${provider}`, "");
    const driver = windows ? "nvcuda.dll" : "libcuda.so.1";
    const asked: string[] = [];
    assertEquals(
      missingForCuda(folder, (library) => asked.push(library) < 0),
      `NVIDIA's driver must be installed, ${driver} cannot be loaded`,
    );
    assertEquals(asked, [driver]);
    assertEquals(hasNvidiaDriver((library) => library === driver), true);
    assertEquals(hasNvidiaDriver((library) => library !== driver), false);
    assertEquals(missingForCuda(folder, () => true), undefined);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("missingForWebgpu() asks for Vulkan when the system is Linux", () => {
  assertEquals(
    missingForWebgpu("linux", () => false),
    "Vulkan's loader must be installed, libvulkan.so.1 cannot be loaded",
  );
  assertEquals(missingForWebgpu("linux", (library) => library === "libvulkan.so.1"), undefined);
  assertEquals(missingForWebgpu("darwin", () => false), undefined);
});

Deno.test("selectBackend() writes nothing but its error when a backend cannot run", async () => {
  const script = `
    const { selectBackend } = await import("./models/backend/select.ts");
    for (const name of ["ort-cuda", "tensorflow", "auto"]) {
      try { console.log(name, (await selectBackend(name)).name); }
      catch (error) { console.log(name, error.message); }
    }`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
    cwd: new URL("../../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  // Deno tells which packages it fetches on a first run: not a word of ours or of a native library.
  const told = text(stderr).split("\n").filter((line) =>
    line !== "" && !line.startsWith("Download ")
  );
  assertEquals(told, []);
  const lines = text(stdout).trim().split("\n");
  assertEquals(lines.length, 3, text(stdout));
  for (const line of lines) {
    assert(/^(\S+) (Cannot use backend "\1": .+|[a-z-]+)$/.test(line), line);
  }
});

Deno.test("cudaDevice() is the GPUs' name, and a number where they have several or none", async () => {
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_smi_" });
  const program = `${folder}/nvidia-smi`;
  try {
    for (
      const [script, name] of [
        ["echo 'NVIDIA H200'", "NVIDIA H200"],
        ["echo 'Tesla T4'; echo 'Tesla T4'", "Tesla T4"],
        ["echo 'Tesla T4'; echo 'NVIDIA H200'", "CUDA device 0"],
        ["echo 'NVIDIA-SMI has failed'; exit 9", "CUDA device 0"],
        ["true", "CUDA device 0"],
      ]
    ) {
      await Deno.writeTextFile(program, `#!/bin/sh\n${script}\n`);
      await Deno.chmod(program, 0o755);
      assertEquals(cudaDevice(program), name, script);
    }
    assertEquals(cudaDevice(`${folder}/none`), "CUDA device 0");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
