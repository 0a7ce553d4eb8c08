/**
 * The process that runs one cell. messages.ts defines the messages that it receives and sends.
 *
 * @module
 */
import { join } from "node:path";
import { cellThreads } from "./backend_choice.ts";
import { checkpointName, freshMarkerName, outputFolders } from "./output_folders.ts";
import { suiteFolder } from "../../data/user_paths.ts";
import { messageOf, RunError } from "../errors.ts";
import { codeSha256 } from "../record/fingerprint.ts";
import { type CellMessage, type CellRequest, encodeMessage } from "./messages.ts";
import { findBenchmark, loadRegistry } from "../registry.ts";
import type { Fingerprint, Metric } from "../record/record.ts";
import { writeRecord } from "../record/record_file.ts";
import { resolveSettings } from "../settings.ts";
import { removeIfThere } from "../record/atomic_file.ts";
import { trainCell } from "./train_cell.ts";

/** Seconds between two messages of progress. */
const progressInterval = 0.1;

/**
 * Runs a cell to its record.
 *
 * @param say Takes each message.
 * @param stopAsked Asked between epochs; true ends the training with a checkpoint.
 */
export async function runCell(
  request: CellRequest,
  say: (message: CellMessage) => void,
  stopAsked: () => boolean,
): Promise<void> {
  const { cell } = request;
  const notice = (text: string) => say({ kind: "notice", text });
  const folders = outputFolders(request.outDir);
  const fingerprint = withOwnCode(request.fingerprint, notice);
  const registry = await loadRegistry();
  const definition = findBenchmark(registry, cell.benchmark);
  const settings = resolveSettings(definition, cell.tier, cell.model);
  const dataStart = performance.now();
  const loaded = await definition.loadData({
    ...(request.dataDir === undefined ? {} : { dataDir: request.dataDir }),
    tier: cell.tier,
    // The command line has already reported on the data.
    log: () => {},
  });
  if (loaded.sha256 !== cell.dataSha256) {
    throw new RunError(
      `Cannot train on the data: their SHA-256 must be ${cell.dataSha256} as planned, is ${loaded.sha256}`,
    );
  }
  const dataSeconds = (performance.now() - dataStart) / 1000;
  const scored = { model: cell.model, settings, data: loaded.data };
  const watch = definition.watch?.(scored);
  const trainer = await definition.models[cell.model]!.method.start({
    settings,
    seed: cell.seed,
    data: loaded.data,
    backend: async () => {
      const { selectBackend } = await import("../../models/backend/select.ts");
      return await selectBackend(cell.backend, { threads: cellThreads });
    },
    ...(watch === undefined ? {} : { watch }),
    log: notice,
  });
  try {
    const checkpointPath = join(folders.checkpoints, checkpointName(cell));
    let progressAt = -Infinity;
    const outcome = await trainCell({
      cell,
      trainer,
      settings,
      evaluate: async () => {
        const evaluation = await definition.evaluate(await trainer.trained(), scored);
        checkHeadline(definition.headline.metric, evaluation.metrics);
        return evaluation;
      },
      dataOrigin: loaded.origin,
      standIn: loaded.standIn ?? "",
      dataSeconds,
      fingerprint,
      command: request.command,
      checkpointPath,
      checkpointSeconds: request.checkpointSeconds,
      stopAsked,
      onStart: (epoch, epochs) => say({ kind: "started", epoch, epochs }),
      onProgress: (progress) => {
        if (performance.now() - progressAt < 1000 * progressInterval) return;
        progressAt = performance.now();
        say({ kind: "progress", progress });
      },
      onNotice: notice,
    });
    if (outcome.kind === "interrupted") return say(outcome);
    writeRecord(folders.records, outcome.record);
    // The order matters: were the checkpoint removed first, a crash between the two would lose both.
    removeIfThere(checkpointPath);
    removeIfThere(join(folders.checkpoints, freshMarkerName(cell)));
    const status = outcome.record.status === "diverged" ? "diverged" : "completed";
    say({ kind: "finished", status, note: outcome.record.note });
  } finally {
    await trainer.dispose();
  }
}

/** The fingerprint of a run as that of this process, which reads the code anew: it may have been edited meanwhile. */
function withOwnCode(fingerprint: Fingerprint, notice: (text: string) => void): Fingerprint {
  const own = codeSha256(suiteFolder);
  if (own === fingerprint.codeSha256) return fingerprint;
  notice("the code has been edited since the run began: the record names it, of an unknown commit");
  // A cell's process may not start git.
  return { ...fingerprint, commit: "", codeSha256: own };
}

/** Checks that the metric by which the benchmark is read is among those reported: without it a row has no number. */
function checkHeadline(headline: string, metrics: readonly Metric[]): void {
  const names = metrics.map(({ name }) => name);
  if (names.includes(headline)) return;
  throw new RunError(
    `Cannot record the metrics: they must have the headline metric ${headline}, are ` +
      (names.join(", ") || "none"),
  );
}

/** Writes a message in full; exits when the parent process is gone. */
function sayOnStdout(message: CellMessage): void {
  const bytes = new TextEncoder().encode(encodeMessage(message));
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stdout.writeSync(bytes.subarray(written));
    }
  } catch {
    Deno.exit(1);
  }
}

if (import.meta.main) {
  let stop = false;
  // Ctrl-C and a closed terminal reach the whole process group: only the command line decides what they mean.
  Deno.addSignalListener("SIGINT", () => {});
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGHUP", () => {});
    Deno.addSignalListener("SIGTERM", () => stop = true);
  }
  (async () => {
    for await (const _ of Deno.stdin.readable) stop = true;
    // The command line died without a word; a new one may already be at work in the folder.
    Deno.exit(1);
  })();
  try {
    const request: CellRequest = JSON.parse(Deno.args[0] ?? "");
    await runCell(request, sayOnStdout, () => stop);
    Deno.exit(0);
  } catch (error) {
    const stack = error instanceof Error ? error.stack ?? "" : "";
    sayOnStdout({ kind: "failed", message: messageOf(error), stack });
    Deno.exit(1);
  }
}
