/**
 * The command that reproduces a cell.
 *
 * @module
 */
import type { CellIdentity } from "../record/record.ts";
import { formatSeeds } from "./seeds.ts";

/** The command line for one cell; `dataDir` as the user gave it. */
export function reproduceCommand(cell: CellIdentity, dataDir?: string): string {
  const words = ["deno", "task", "bench", cell.benchmark];
  words.push("--tier", cell.tier, "--models", cell.model, "--seeds", formatSeeds([cell.seed]));
  words.push("--backend", cell.backend);
  if (dataDir !== undefined) words.push("--data-dir", dataDir);
  return words.map(quote).join(" ");
}

/** A word as a POSIX shell must be given it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
