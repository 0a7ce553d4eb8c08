import { assertEquals } from "@std/assert";
import { chooseBackend } from "../../../benchmarks/runner/backend_choice.ts";

Deno.test("chooseBackend() leaves a GPU alone where a benchmark is faster on a CPU, unless it is asked for", async () => {
  const asked = async (fasterOnCpu: boolean | undefined, name: string) => {
    const { name: chosen } = await chooseBackend(
      fasterOnCpu === undefined ? {} : { fasterOnCpu },
      name,
      () => {},
      (given) => Promise.resolve({ name: given, version: "1", device: "", threads: 1 }),
    );
    return chosen;
  };
  assertEquals(await asked(undefined, "auto"), "auto");
  assertEquals(await asked(false, "auto"), "auto");
  assertEquals(await asked(true, "auto"), "ort-cpu");
  assertEquals(await asked(true, "ort-cuda"), "ort-cuda");
});
