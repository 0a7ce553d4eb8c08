import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { DivergenceError } from "../../../models/training/method.ts";
import { CarriedState, namedCopies, takeArrays } from "../../../models/training/arrays.ts";
import { EvaluationTime } from "../../../benchmarks/trainers/evaluation_time.ts";
import { stepMeans } from "../../../benchmarks/trainers/step_means.ts";
import type { CompiledStep } from "../../../models/backend/backend.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";

const arraysOf = (...values: number[]): HostArrays => ({
  "params/weight": { shape: [values.length], data: Float32Array.from(values) },
});

/** A step that notes what happens to it and ends with the given state. */
function notingStep(name: string, notes: string[], state: HostArrays): CompiledStep {
  const note = (what: string) => Promise.resolve(void notes.push(`${what} ${name}`));
  return {
    seconds: 2,
    nodeCount: 1,
    start: (given) => note(`start with ${given["params/weight"]!.data.join()}:`),
    run: () => Promise.resolve({}),
    state: () => Promise.resolve(state),
    dispose: () => note("dispose"),
  };
}

Deno.test("CarriedState compiles once a kind and gives a step its state only when it does not hold it", async () => {
  const notes: string[] = [];
  const carried = new CarriedState(arraysOf(1, 2));
  const begin = (kind: string) =>
    carried.begin(kind, (names) => {
      notes.push(`compile ${kind} of ${names}`);
      return Promise.resolve(notingStep(kind, notes, arraysOf(3, 4)));
    });
  await begin("a");
  await carried.finish(7);
  assertEquals(carried.arrays, arraysOf(3, 4));
  await begin("a"); // it holds what it gave
  await begin("a"); // the epoch before did not end
  await begin("b");
  carried.replace(arraysOf(5));
  await begin("b");
  carried.dispose();
  assertEquals(notes, [
    "compile a of params/weight",
    "start with 1,2: a",
    "start with 3,4: a",
    "dispose a",
    "compile b of params/weight",
    "start with 3,4: b",
    "start with 5: b",
    "dispose b",
  ]);
  assertEquals(carried.compilationSeconds, 4);
});

Deno.test("CarriedState.finish() throws a DivergenceError when a parameter is not finite", async () => {
  const carried = new CarriedState(arraysOf(1));
  await carried.begin("a", () => Promise.resolve(notingStep("a", [], arraysOf(Infinity))));
  const error = await assertRejects(() => carried.finish(7), DivergenceError);
  assertEquals(error.message, "training diverged: params/weight was not finite at step 7");
});

Deno.test("takeArrays() gives back copies of what namedCopies() gave", () => {
  const arrays = arraysOf(1, 2);
  const kept = namedCopies(arrays, "best/");
  assertEquals(Object.keys(kept), ["best/params/weight"]);
  const back = takeArrays(kept, arraysOf(0, 0), "best/");
  assertEquals(back, arrays);
  assertNotStrictEquals(back["params/weight"]!.data, kept["best/params/weight"]);
  const refuses = (given: Float32Array | Float64Array | undefined, has: string) =>
    assertEquals(
      assertThrows(
        () => takeArrays(given === undefined ? {} : { "params/weight": given }, arrays),
        RangeError,
      ).message,
      `Cannot restore a checkpoint: params/weight must have 2 values, has ${has}`,
    );
  refuses(undefined, "none");
  refuses(Float32Array.of(1), "1");
  refuses(Float64Array.of(1, 2), "2");
});

Deno.test("EvaluationTime leaves out what compilations take", async () => {
  let compiled = 0;
  const time = new EvaluationTime(() => compiled);
  const result = await time.measure(() => {
    compiled += 1000;
    return Promise.resolve("done");
  });
  assertEquals(result, "done");
  assert(time.seconds < -900, "a thousand seconds of compilation are not evaluation");
});

Deno.test("stepMeans() averages each value", () => {
  assertEquals(stepMeans([{ a: 1, b: 4 }, { a: 2, b: -4 }]), { a: 1.5, b: 0 });
  assertEquals(stepMeans([]), {});
});
