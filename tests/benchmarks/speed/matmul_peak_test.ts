import { leaveOut } from "../../optional_tools.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { measurePeak } from "../../../benchmarks/speed/matmul_peak.ts";
import { hasPyTorch } from "../../../benchmarks/speed/pytorch.ts";

const withPyTorch = await hasPyTorch();

Deno.test({
  name: "measurePeak() has ours and PyTorch multiply with each number of threads",
  ignore: leaveOut("PyTorch", withPyTorch, "apt-get install python3-torch"),
  async fn() {
    const peak = await measurePeak({ threads: [2, 1], withPyTorch: true, side: 64, runs: 3 });
    assertEquals([peak.side, peak.operations], [64, 524288]);
    assertEquals(
      peak.contestants.map(({ id, label, threads }) => ({ id, label, threads })),
      [
        { id: "ort-cpu-2", label: "ours, 2 threads", threads: 2 },
        { id: "ort-cpu-1", label: "ours, 1 thread", threads: 1 },
        { id: "pytorch-2", label: "PyTorch, 2 threads", threads: 2 },
        { id: "pytorch-1", label: "PyTorch, 1 thread", threads: 1 },
      ],
    );
    for (const { library, productSeconds } of peak.contestants) {
      assert(/^(onnxruntime-node|PyTorch) \d/.test(library), library);
      assertEquals(productSeconds.length, 3);
      assert(productSeconds.every((seconds) => seconds > 0 && seconds < 10));
    }
  },
});

Deno.test("measurePeak() says why when a process fails", async () => {
  await assertRejects(
    () => measurePeak({ threads: [0], withPyTorch: false }),
    Error,
    "Cannot time matrix products: Cannot time products: the arguments must be SIDE RUNS THREADS",
  );
});
