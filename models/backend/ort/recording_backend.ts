/**
 * The TensorFlow.js backend whose kernels record ONNX nodes instead of computing.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { Graph, type GraphTarget, type GraphValue } from "./graph.ts";
import { Recorded } from "./recorded.ts";

/** TensorFlow.js's name of the recorder. */
export const RECORDER = "ort";

/** Keeps, for each data id of TensorFlow.js, what has been recorded for it. */
export class RecordingBackend extends tf.KernelBackend {
  #graph: Graph | undefined;
  readonly #recorded = new Map<object, Recorded>();

  /** The graph under construction. @throws Error when nothing is being recorded */
  get graph(): Graph {
    if (!this.#graph) {
      throw new Error("Cannot run an operation on the recorder: no step is being compiled");
    }
    return this.#graph;
  }

  /** Runs `f` with a new graph. @param target what will run it @throws Error when another step is being recorded */
  recording<T>(f: (graph: Graph) => T, target: GraphTarget = {}): T {
    if (this.#graph) throw new Error("Cannot compile a step while another one is being compiled");
    this.#graph = new Graph(target);
    try {
      return f(this.#graph);
    } finally {
      this.#graph = undefined;
      this.#recorded.clear();
    }
  }

  /** What this step has recorded under a data id. @throws Error when that is nothing */
  recorded(dataId: object): Recorded {
    const recorded = this.#recorded.get(dataId);
    if (!recorded) throw new Error("Cannot record an operation: one of its inputs is unknown");
    return recorded;
  }

  /** Gives a recorded tensor a data id. */
  store(recorded: Recorded): tf.TensorInfo {
    const dataId = {};
    this.#recorded.set(dataId, recorded);
    return { dataId, shape: [...recorded.shape], dtype: recorded.type as tf.DataType };
  }

  /** A TensorFlow.js tensor for a recorded one. */
  tensor(recorded: Recorded): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.store(recorded), this);
  }

  /** A constant that the step makes; its data id. */
  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType) {
    return this.store(this.#constant(values, shape, dtype)).dataId as tf.DataId;
  }

  /** A tensor that another backend made before: a constant as well. */
  override move(
    dataId: tf.DataId,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
  ): void {
    this.#recorded.set(dataId, this.#constant(values, shape, dtype));
  }

  #constant(
    values: tf.backend_util.BackendValues,
    shape: readonly number[],
    dtype: tf.DataType,
  ): Recorded {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
      throw new TypeError(
        `Cannot record a constant: its type must be float32, int32 or bool, is ${dtype}`,
      );
    }
    const data = values as Float32Array;
    return data.length > 0 && isUniform(data)
      ? Recorded.uniform(this.graph, data[0]!, shape, dtype)
      : Recorded.of(this.graph, this.graph.constant(data, shape, dtype));
  }

  /** Refuses: nothing has a value yet. @throws Error */
  override readSync(): never {
    throw new Error("Cannot read a value while a step is being compiled: it has no value yet");
  }

  /** Refuses: nothing has a value yet. @throws Error */
  override read(): never {
    return this.readSync();
  }

  /** Does nothing: the graph keeps what TensorFlow.js disposes of. */
  override disposeData(): boolean {
    return true;
  }
  /** Does nothing: references are not counted. */
  override incRef(): void {}
  /** Always one. */
  override refCount(): number {
    return 1;
  }
  /** Tensors recorded so far. */
  override numDataIds(): number {
    return this.#recorded.size;
  }
  /** Nothing is allocated. */
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  /** Bits of a float. */
  override floatPrecision(): 32 {
    return 32;
  }
  /** The smallest number that TensorFlow.js adds to a denominator with 32-bit floats. */
  override epsilon(): number {
    return 1e-7;
  }
  /** Does nothing: each recording frees its own values. */
  override dispose(): void {}
}

/** Whether all numbers are equal. `every` takes several times as long on the millions of zeros of a gradient. */
function isUniform(data: ArrayLike<number>): boolean {
  // From index 0, because NaN is not equal to itself.
  for (let i = 0; i < data.length; i++) if (data[i] !== data[0]) return false;
  return true;
}

let instance: RecordingBackend | undefined;

/** The one recording backend, registered with TensorFlow.js on first use. */
export function recordingBackend(): RecordingBackend {
  if (!instance) {
    const backend = new RecordingBackend();
    tf.registerBackend(RECORDER, () => backend, 0);
    instance = backend;
  }
  return instance;
}

/** What has been recorded for a tensor. */
export function recordedOf(tensor: tf.Tensor): Recorded {
  return recordingBackend().recorded(tensor.dataId);
}

/** A tensor's value in the graph, in TensorFlow.js's order of axes. */
export function valueOf(tensor: tf.Tensor): GraphValue {
  return recordedOf(tensor).standard;
}

/** A tensor for a value of the graph. */
export function tensorOf(value: GraphValue): tf.Tensor {
  const backend = recordingBackend();
  return backend.tensor(Recorded.of(backend.graph, value));
}

/** Attributes of a kernel as TensorFlow.js passes them. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** Records one kernel: tensors in, tensor (or tensors) out. */
export type RecordKernel<I extends Record<string, Recorded | readonly Recorded[]>> = (
  graph: Graph,
  inputs: I,
  attributes: KernelAttributes,
) => Recorded | readonly Recorded[];

/** Registers a recording kernel. */
export function defineKernel<I extends Record<string, Recorded | readonly Recorded[]>>(
  kernelName: string,
  record: RecordKernel<I>,
): void {
  tf.registerKernel({
    kernelName,
    backendName: RECORDER,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const recorder = backend as RecordingBackend;
      const lookUp = (info: tf.TensorInfo) => recorder.recorded(info.dataId);
      // Kernels with a list of inputs (Concat, AddN) get an array; all others named tensors.
      const named = Array.isArray(inputs) ? { list: inputs.map(lookUp) } : Object.fromEntries(
        Object.entries(inputs)
          .filter(([, info]) => info !== undefined && info !== null)
          .map(([name, info]) => [name, lookUp(info as tf.TensorInfo)]),
      );
      const out = record(recorder.graph, named as unknown as I, (attrs ?? {}) as KernelAttributes);
      return out instanceof Recorded ? recorder.store(out) : out.map((r) => recorder.store(r));
    },
  });
}
