import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  type Acceptance,
  ACCEPTED_FILE,
  acceptedResult,
  extendedList,
  parseAcceptance,
  readAcceptances,
} from "../../../benchmarks/check/accepted.ts";
import { RunError } from "../../../benchmarks/errors.ts";
import { listRecordFiles } from "../../../benchmarks/record/read_records.ts";
import { assertReadsMutants } from "../../data/_mutants.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { recordWith } from "./_records.ts";

const acceptance: Acceptance = {
  schema: 1,
  benchmark: "rmnist",
  version: 2,
  tier: "quick",
  backend: "ort-cpu",
  dataSha256: "0".repeat(64),
  reason: "Fused step: sums in another order",
  acceptedAt: "2026-11-21T12:00:00.000Z",
  commit: "0991d3ce64d4242c9d8bfb9135d051ec1e37f56c",
  cells: [
    {
      model: "ode2vae-kl",
      seed: 0,
      former: acceptedResult(recordWith(1)),
      accepted: acceptedResult(recordWith(2)),
    },
    {
      model: "ode2vae-kl",
      seed: 1,
      former: null,
      accepted: acceptedResult(recordWith(1, {}, { status: "diverged", metrics: [] })),
    },
  ],
};

Deno.test("extendedList() adds lines and leaves the former ones byte for byte", () => {
  using folder = temporaryFolder();
  assertEquals(readAcceptances(folder.path), []);
  const [path, first] = extendedList(folder.path, [acceptance]);
  assertEquals(path, join(folder.path, ACCEPTED_FILE));
  assertEquals(first.split("\n").length, 2, "one line and its end");
  Deno.writeTextFileSync(path, first);
  const second = { ...acceptance, reason: "Another" };
  const [, longer] = extendedList(folder.path, [second, acceptance]);
  assertEquals(longer.slice(0, first.length), first);
  Deno.writeTextFileSync(path, longer);
  assertEquals(readAcceptances(folder.path), [acceptance, second, acceptance]);
  assertEquals(listRecordFiles(folder.path), [], "the list is not taken for a record");
});

Deno.test("extendedList() throws when the list is damaged", () => {
  using folder = temporaryFolder();
  const [path, text] = extendedList(folder.path, [acceptance]);
  Deno.writeTextFileSync(path, text.slice(0, -40));
  const error = assertThrows(() => extendedList(folder.path, [acceptance]), RunError);
  assertStringIncludes(error.message, `Cannot read accepted changes ${path}, line 1: `);
});

Deno.test("readAcceptances() reads mutants of the list or says which line is wrong, and no pipe", async () => {
  using folder = temporaryFolder();
  const [path, text] = extendedList(folder.path, [acceptance, acceptance]);
  await assertReadsMutants(
    new TextEncoder().encode(text),
    (bytes) => {
      Deno.writeFileSync(path, bytes);
      readAcceptances(folder.path);
    },
    {
      error: RunError,
      message: /^Cannot read accepted changes [^\n]*(?:, line \d|: it must )[^\n]*$/,
    },
  );
  Deno.removeSync(path);
  Deno.symlinkSync("/dev/zero", path);
  assertThrows(() => readAcceptances(folder.path), RunError, "it must be a regular file");
});

const [cell] = acceptance.cells;
const faults: readonly [string, unknown, string][] = [
  ["the schema is unknown", { ...acceptance, schema: 2 }, "schema must be 1, is 2"],
  ["there is no cell", { ...acceptance, cells: [] }, "cells must hold at least one"],
  ["the reason is blank", { ...acceptance, reason: " " }, "reason must be a line of text"],
  ["the reason has two lines", { ...acceptance, reason: "a\nb" }, "reason must be a line of text"],
  [
    "the time is no time",
    { ...acceptance, acceptedAt: "2026-13-41T00:00:00Z" },
    "acceptedAt must be an ISO 8601 time",
  ],
  ["the tier is unknown", { ...acceptance, tier: "fast" }, "tier must be one of smoke, quick"],
  ["the data have no hash", { ...acceptance, dataSha256: "x" }, "dataSha256 must be 64 hex digits"],
  [
    "the former result is absent",
    { ...acceptance, cells: [{ ...cell, former: undefined }] },
    "cells[0].former must be an object, is absent",
  ],
  [
    "a status is no result",
    { ...acceptance, cells: [{ ...cell, accepted: { ...cell!.accepted, status: "failed" } }] },
    "cells[0].accepted.status must be one of completed, diverged",
  ],
  [
    "a metric has no direction",
    {
      ...acceptance,
      cells: [{
        ...cell,
        accepted: {
          ...cell!.accepted,
          metrics: [{ ...cell!.accepted.metrics[0], direction: "up" }],
        },
      }],
    },
    "cells[0].accepted.metrics[0].direction must be one of lower, higher",
  ],
  ["it is no object", [], "an acceptance must be an object"],
];

for (const [when, value, message] of faults) {
  Deno.test(`parseAcceptance() throws when ${when}`, () => {
    assertThrows(() => parseAcceptance(value), SyntaxError, message);
  });
}

Deno.test("acceptedResult() throws when the record is no result", () => {
  assertThrows(
    () => acceptedResult(recordWith(1, {}, { status: "failed" })),
    RangeError,
    "must be completed or diverged, is failed",
  );
});
