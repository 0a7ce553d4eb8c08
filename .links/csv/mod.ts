/**
 * The part of `@std/csv` that the suite uses, under the same names and signatures, over csv-parse and csv-stringify. It
 * stands in where JSR cannot be reached; without `links` in deno.json the original takes its place.
 *
 * @module
 */
export * from "./parse.ts";
export * from "./stringify.ts";
