/**
 * How fast this machine multiplies matrices: the rate that a training step's products could reach at best.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { PeakContestant, PeakMeasurement } from "./measurement.ts";
import { pyTorchProducts } from "./pytorch.ts";

/** Who multiplies, and how often. */
export interface PeakOptions {
  /** Numbers of threads. */
  readonly threads: readonly number[];
  /** Whether PyTorch is there to multiply, too. */
  readonly withPyTorch: boolean;
  /** Rows and columns of the matrices; 1024 unless told. */
  readonly side?: number;
  /** Products of each; 20 unless told. */
  readonly runs?: number;
}

type Products = Pick<PeakContestant, "library" | "threads" | "productSeconds">;

interface Run {
  readonly side: number;
  readonly runs: number;
  readonly threads: number;
}

async function ownProducts({ side, runs, threads }: Run): Promise<Products> {
  const script = fileURLToPath(new URL("./own_products.ts", import.meta.url));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", script, ...[side, runs, threads].map(String)],
  }).output();
  if (success) return JSON.parse(new TextDecoder().decode(stdout)) as Products;
  const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
  throw new Error(`Cannot time matrix products: ${reason}`);
}

/**
 * Has every library multiply with every number of threads, one after another, each in a process of its own.
 *
 * @throws Error when a process fails
 */
export async function measurePeak(
  { threads, withPyTorch, side = 1024, runs = 20 }: PeakOptions,
): Promise<PeakMeasurement> {
  const contestants: PeakContestant[] = [];
  const libraries = [
    { id: "ort-cpu", label: "ours", products: ownProducts },
    ...(withPyTorch ? [{ id: "pytorch", label: "PyTorch", products: pyTorchProducts }] : []),
  ];
  for (const { id, label, products } of libraries) {
    for (const count of threads) {
      contestants.push({
        id: `${id}-${count}`,
        label: `${label}, ${count} ${count === 1 ? "thread" : "threads"}`,
        ...await products({ side, runs, threads: count }),
      });
    }
  }
  return { side, operations: 2 * side ** 3, contestants };
}
