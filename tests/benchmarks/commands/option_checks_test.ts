import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../benchmarks/errors.ts";
import { refuseUnknown, requireValue } from "../../../benchmarks/commands/option_checks.ts";

Deno.test("refuseUnknown() lets names pass and refuses options, without their value, by the valid ones", () => {
  const unknown = refuseUnknown(["out", "help"]);
  assertEquals(unknown("rmnist"), true);
  assertThrows(
    () => unknown("--otu=results"),
    UsageError,
    'Cannot use option "--otu": it must be one of --out, --help',
  );
});

Deno.test("requireValue() refuses an option without its value and nothing else", () => {
  assertThrows(
    () => requireValue("out", ""),
    UsageError,
    "Cannot use option --out: it must have a value",
  );
  for (const given of [undefined, "results", false]) requireValue("out", given);
});
