/**
 * The benchmarks: definitions, the runner, the records.
 *
 * @module
 */
export * from "./record/record.ts";
export * from "./record/frame_strips.ts";
export * from "./definition.ts";
export * from "./registry.ts";
export * from "./settings.ts";
export * from "./runner/backend_choice.ts";
export * from "./record/canonical_json.ts";
export * from "./record/parse_record.ts";
export * from "./record/migrate_record.ts";
export * from "./runner/time_split.ts";
export * from "./record/record_file.ts";
export * from "./runner/checkpoint_file.ts";
export * from "./runner/train_cell.ts";
export * from "./runner/plan.ts";
export * from "./sweep/shard.ts";
export * from "./runner/run_cells.ts";
export * from "./runner/run_benchmark.ts";
export * from "./runner/bench_command.ts";
export * from "./record/fingerprint.ts";
export * from "./errors.ts";
export * from "./runner/messages.ts";
export * from "./runner/cell_process.ts";
export * from "./runner/display.ts";
export type { FileOperations } from "./record/atomic_file.ts";
export type { RunningCell, RunProgress } from "./runner/progress.ts";
