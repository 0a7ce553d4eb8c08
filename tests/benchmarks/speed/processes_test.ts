import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { readLines } from "../../../benchmarks/runner/cell_process.ts";
import { CONTESTANTS } from "../../../benchmarks/speed/contestants.ts";
import { encodeArrays } from "../../../benchmarks/speed/exchange.ts";
import { parsePeakMemory, runForJson, StepProcess } from "../../../benchmarks/speed/processes.ts";
import { type Size, SIZES } from "../../../benchmarks/speed/sizes.ts";
import { workload } from "../../../benchmarks/speed/workload.ts";
import { small, withoutPyTorch as ignore } from "./_peers.ts";

/** A process of the given JavaScript. */
const script = (code: string) => [Deno.execPath(), "eval", "--quiet", code];

const answering = script(`
  console.log('{"library": "none 1", "threads": 3}');
  let step = 0;
  for await (const chunk of Deno.stdin.readable) {
    for (const _ of new TextDecoder().decode(chunk).trim().split("\\n")) {
      console.log(JSON.stringify({ seconds: 0.5, loss: ++step }));
    }
  }`);

Deno.test("readLines() joins chunks and splits lines, characters of several bytes among them", async () => {
  const bytes = new TextEncoder().encode("ODE²\nVAE\n\nend");
  const stream = ReadableStream.from([bytes.slice(0, 4), bytes.slice(4, 7), bytes.slice(7)]);
  assertEquals(await Array.fromAsync(readLines(stream)), ["ODE²", "VAE", "", "end"]);
});

Deno.test("parsePeakMemory() finds VmHWM when the status has it", () => {
  assertEquals(parsePeakMemory("VmPeak:\t 99 kB\nVmHWM:\t  2048 kB\nVmRSS:\t 1 kB\n"), 2 ** 21);
  assertEquals(parsePeakMemory("Name:\tdeno\n"), undefined);
});

Deno.test("StepProcess reports facts and steps when the process answers", async () => {
  const process = await StepProcess.start(answering);
  assertEquals(process.facts, { library: "none 1", threads: 3 });
  assertEquals(await process.step(), { seconds: 0.5, loss: 1 });
  assertEquals(await process.step(), { seconds: 0.5, loss: 2 });
  const peak = process.peakMemoryBytes();
  if (Deno.build.os === "linux") assert(peak! > 2 ** 20);
  else assertEquals(peak, undefined);
  await process.close();
});

Deno.test("StepProcess.start() says why when the process ends instead", async () => {
  await assertRejects(
    () => StepProcess.start(script("console.error('first'); console.error('why'); Deno.exit(3)")),
    Error,
    "Cannot make a training step: its process must answer, it ended with exit code 3: why",
  );
});

Deno.test("StepProcess.step() says why when the process ends after its first line", async () => {
  const process = await StepProcess.start(
    script(`console.log('{"library": "none", "threads": 1}'); console.error("gone"); Deno.exit(4)`),
  );
  await assertRejects(() => process.step(), Error, "it ended with exit code 4: gone");
  await process.close();
});

Deno.test("StepProcess.start() shows the line when it is no JSON", async () => {
  await assertRejects(
    () => StepProcess.start(script("console.log('ready')")),
    SyntaxError,
    `Cannot read a step process's line: it must be JSON with threads, is "ready"`,
  );
});

Deno.test("runForJson() reads the last line of JSON, whatever else is printed and however it ends", async () => {
  const { value, reason } = await runForJson(
    script(`console.log('{"a": 1}\\n{"a": 2}\\nbye'); console.error("why"); Deno.exit(3)`),
  );
  assertEquals([value, reason], [{ a: 2 }, "why"]);
  assertEquals(await runForJson(script("Deno.exit(3)")), {
    value: undefined,
    reason: "it ended with exit code 3",
  });
  const torn = await runForJson(script("console.log('{torn')"));
  assertEquals(torn.value, undefined);
});

Deno.test("runForJson() ends a program that takes too long", async () => {
  const { value, reason } = await runForJson(script("setTimeout(() => {}, 1e5)"), 0.01);
  assertEquals([value, reason], [undefined, "it took more than 0.01 s"]);
});

const SMALL: readonly Size[] = [
  small(SIZES.rmnist, 11, 16),
  small(SIZES.bouncing_balls, 6, 6),
  small(SIZES.mocap_many, 30, 30),
];

for (const size of SMALL) {
  Deno.test({
    name: `pytorch_step.py serve makes the steps of child.ts serve when the size is ${size.name}`,
    ignore,
    async fn() {
      const inputsFile = await Deno.makeTempFile({ prefix: "ode2vae_speed_" });
      try {
        await Deno.writeFile(inputsFile, encodeArrays(await workload(size)));
        const losses: number[][] = [];
        for (const id of ["compiled-1", "pytorch-1"]) {
          const { command } = CONTESTANTS.find((contestant) => contestant.id === id)!;
          const process = await StepProcess.start(command(size.name, inputsFile));
          const reports = [await process.step(), await process.step(), await process.step()];
          losses.push(reports.map(({ loss }) => loss));
          await process.close();
        }
        const [ours, theirs] = losses as [number[], number[]];
        // The first is before any update; the others show that Adam updates alike.
        ours.forEach((loss, step) =>
          assertAlmostEquals(loss / theirs[step]!, 1, step === 0 ? 1e-4 : 1e-3)
        );
        assert(ours[2]! < 0.99 * ours[0]!, `an update must reduce the loss: ${ours}`);
      } finally {
        await Deno.remove(inputsFile);
      }
    },
  });
}
