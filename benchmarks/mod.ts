/**
 * The benchmarks: definitions, the runner, the records.
 *
 * @module
 */
export * from "./record.ts";
export * from "./trainer.ts";
export * from "./definition.ts";
export * from "./registry.ts";
export * from "./settings.ts";
export * from "./backend_choice.ts";
export * from "./json_number.ts";
export * from "./canonical_json.ts";
export * from "./parse_record.ts";
export * from "./migrate_record.ts";
export * from "./time_split.ts";
export * from "./record_file.ts";
export * from "./checkpoint_file.ts";
export * from "./train_cell.ts";
export * from "./plan.ts";
export * from "./sweep/shard.ts";
export * from "./run_cells.ts";
export * from "./run_benchmark.ts";
export * from "./options.ts";
export * from "./fingerprint.ts";
export * from "./errors.ts";
export * from "./messages.ts";
export * from "./cell_process.ts";
export * from "./display.ts";
export type { FileOperations } from "./atomic_file.ts";
export type { RunningCell, RunProgress } from "./progress.ts";
