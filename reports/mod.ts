/**
 * Reports: published numbers, tables and pages from records.
 *
 * @module
 */
export * from "../benchmarks/markdown.ts";
export * from "../benchmarks/record/read_records.ts";
export * from "../benchmarks/statistics/detectable.ts";
export * from "../benchmarks/statistics/equivalence.ts";
export * from "../benchmarks/statistics/holm.ts";
export * from "../benchmarks/statistics/sign_flip.ts";
export * from "../benchmarks/statistics/spread.ts";
export * from "../benchmarks/statistics/student_t.ts";
export * from "./benchmarks/benchmark_report.ts";
export * from "./benchmarks/registry.ts";
export * from "./catalogue.ts";
export * from "./markup.ts";
export type { MethodSection } from "./methods/mathematics.ts";
export * from "./pages/assets.ts";
export * from "./pages/site.ts";
export type { SpeedResults } from "./speed/page.ts";
export * from "./paired/base_differences.ts";
export * from "./paired/pairs.ts";
export * from "./paired/published_order.ts";
export * from "./readme_table.ts";
export * from "./sources.ts";
export * from "./summary.ts";
export * from "./tables/comparison_table.ts";
export * from "./tables/files.ts";
export * from "./tables/html.ts";
export * from "./tables/markdown.ts";
export * from "./tables/notes.ts";
export * from "./tables/paired_tables.ts";
export * from "./tables/terminal.ts";
export * from "./write_report.ts";
