/**
 * The part of `@std/cli` that the suite uses, under the same names and signatures. It stands in where JSR cannot be
 * reached; without `links` in deno.json the original takes its place.
 *
 * @module
 */
export * from "./parse_args.ts";
