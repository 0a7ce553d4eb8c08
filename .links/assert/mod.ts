/**
 * The assertions of `@std/assert` that the suite uses, under the same names and signatures, over Node built-ins. It
 * stands in where JSR cannot be reached; without `links` in deno.json the original takes its place.
 *
 * @module
 */
export * from "./assertion_error.ts";
export * from "./equal.ts";
export * from "./values.ts";
export * from "./numbers.ts";
export * from "./contents.ts";
export * from "./throws.ts";
