/**
 * Reports: published numbers, statistics over seeds, tables and pages from records.
 *
 * @module
 */
export * from "./published/bibtex.ts";
export * from "./published/bouncing_balls.ts";
export * from "./published/mocap.ts";
export * from "./published/published_cell.ts";
export * from "./published/registry.ts";
export * from "./published/rotating_mnist.ts";
export * from "./published/rotating_mnist_ablations.ts";
export * from "./markup.ts";
export * from "../benchmarks/statistics/spread.ts";
export * from "../benchmarks/statistics/student_t.ts";
export * from "../benchmarks/record/read_records.ts";
export * from "./summary.ts";
export * from "./paired/base_differences.ts";
export * from "../benchmarks/statistics/detectable.ts";
export * from "../benchmarks/statistics/equivalence.ts";
export * from "../benchmarks/statistics/holm.ts";
export * from "./paired/pairs.ts";
export * from "./paired/published_order.ts";
export * from "../benchmarks/statistics/sign_flip.ts";
export * from "./tables/base_table.ts";
export * from "./tables/comparison_table.ts";
export * from "./tables/csv.ts";
export * from "./tables/html.ts";
export * from "./tables/markdown.ts";
export * from "./tables/order_table.ts";
export * from "./tables/origins.ts";
export * from "./tables/row_kinds.ts";
export * from "./tables/terminal.ts";
export * from "./pages/assets.ts";
export * from "./pages/site.ts";
export type { SpeedResults } from "./pages/speed_results.ts";
export * from "./readme_table.ts";
export * from "./write_report.ts";
