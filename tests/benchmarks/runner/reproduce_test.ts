import { assertEquals } from "@std/assert";
import { parseBenchArgs } from "../../../benchmarks/commands/bench_options.ts";
import { quote, reproduceCommand } from "../../../benchmarks/runner/reproduce.ts";
import { exampleRecord } from "../_example_record.ts";

Deno.test("reproduceCommand() asks for the cell and no other when read back", () => {
  const { cell } = exampleRecord();
  const command = reproduceCommand(cell, "../shared/data");
  assertEquals(
    command,
    "deno task bench rmnist --tier quick --models ode2vae-kl --seeds 3, --backend ort-cpu " +
      "--data-dir ../shared/data",
  );
  const parsed = parseBenchArgs(command.split(" ").slice(3));
  if (parsed.kind !== "run") throw new Error(`it must be a run: ${parsed.kind}`);
  const { benchmark, tier, models, seeds, backend, dataDir } = parsed.options;
  assertEquals(
    { benchmark, tier, models, seeds, backend, dataDir },
    {
      benchmark: cell.benchmark,
      tier: cell.tier,
      models: [cell.model],
      seeds: [cell.seed],
      backend: cell.backend,
      dataDir: "../shared/data",
    },
  );
});

Deno.test("quote() gives the shell back the word", async () => {
  for (const word of ["plain", "with space", "it's", "$HOME", "a;b", "*"]) {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", `printf %s ${quote(word)}`] })
      .output();
    assertEquals(new TextDecoder().decode(stdout), word);
  }
});
