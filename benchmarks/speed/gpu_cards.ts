/**
 * NVIDIA's GPUs in this machine, as `nvidia-smi` lists them.
 *
 * @module
 */

/** A GPU. */
export interface GpuCard {
  /** Its name, e.g. "NVIDIA H200". */
  readonly name: string;
  /** Version of the driver. */
  readonly driver: string;
  /** Memory, as `nvidia-smi` writes it, e.g. "143771 MiB". */
  readonly memory: string;
}

const QUERY = ["--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"];

/**
 * GPUs in the answer of `nvidia-smi` to a query of name, driver and memory.
 *
 * @throws SyntaxError when a line has other fields
 */
export function parseCards(text: string): readonly GpuCard[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    const [name, driver, memory, ...more] = line.split(", ");
    if (name && driver && memory && more.length === 0) return { name, driver, memory };
    throw new SyntaxError(
      `Cannot read the list of GPUs: a line must hold name, driver and memory: current value is "${line}"`,
    );
  });
}

/** NVIDIA's GPUs; none where there is no `nvidia-smi` or it finds none. */
export async function nvidiaCards(program = "nvidia-smi"): Promise<readonly GpuCard[]> {
  try {
    const command = new Deno.Command(program, { args: QUERY, stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? parseCards(new TextDecoder().decode(stdout)) : [];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
