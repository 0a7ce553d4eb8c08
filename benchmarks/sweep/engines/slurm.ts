/**
 * A sweep as a Slurm array job.
 *
 * @module
 */
import { basename } from "node:path";
import { quote } from "../../runner/bench_command.ts";
import {
  commented,
  definitionLines,
  mergeCommand,
  needsGpu,
  shardCommand,
  shardFolder,
  shardJobs,
  shardMemory,
  type Sweep,
  sweepName,
} from "../sweep.ts";

/** Seconds between the signal to save and the time limit; an epoch must fit in. */
const savingSeconds = 120;

/** Limit on how often a shard requeues itself after a time limit: one whose epoch does not fit would do so for ever. */
const mostRestarts = 50;

/** The script to give to `sbatch`; task 0 of its array merges. */
export function slurmScript(sweep: Sweep): string {
  const { options, about, suite } = sweep;
  const file = options.file === undefined ? "FILE" : quote(basename(options.file));
  const name = sweepName(options);
  const jobs = shardJobs(options);
  const lines = [
    "#!/bin/bash",
    ...commented([
      ...about,
      "",
      "Submit it, then the merge of the results (task 0), which waits until all shards have ended. Do not use afterok:",
      "for Slurm an array has failed once a task was killed, even if that task is requeued and succeeds.",
      `  job=$(sbatch --parsable ${file})`,
      `  sbatch --dependency=afterany:"$job" --array=0 ${file}`,
      "",
      "The suite, its packages (run `deno install` once before), the data and the results must be on storage that all",
      "nodes share, with file locks. A shard that is requeued, by an administrator, a failed node, preemption or itself,",
      "resumes from its checkpoints. A failed shard has no results in the table: its log says why.",
      "",
      "FILL IN what your cluster requires, such as a partition and an account, and how long a job may take.",
    ]),
    "##SBATCH --partition=FILL_IN",
    "##SBATCH --account=FILL_IN",
    "#SBATCH --time=1-00:00:00",
    `#SBATCH --job-name=${name}`,
    `#SBATCH --array=1-${options.shards}`,
    `#SBATCH --output=${name}-%A_%a.log`,
    "#SBATCH --open-mode=append",
    "#SBATCH --ntasks=1",
    `#SBATCH --cpus-per-task=${jobs}`,
    `#SBATCH --mem=${shardMemory(options)}G`,
    ...(needsGpu(options) ? ["#SBATCH --gpus=1"] : []),
    "#SBATCH --requeue",
    "# Each running cell saves after its epoch and the run ends with exit code 130, before the time limit kills it.",
    `#SBATCH --signal=INT@${savingSeconds}`,
    "set -u",
    `cd ${quote(suite)} || exit 1`,
    ...definitionLines(sweep),
    "shard=$SLURM_ARRAY_TASK_ID",
    "if ((shard == 0)); then",
    `  exec srun --cpus-per-task=${jobs} ${mergeCommand(options)}`,
    "fi",
    "",
    `srun --cpus-per-task=${jobs} ${shardCommand(options, jobs)} \\`,
    `  --shard "$shard/${options.shards}" --out ${quote(shardFolder(options, ""))}"$shard"`,
    "code=$?",
    `if ((code == 130 && \${SLURM_RESTART_COUNT:-0} < ${mostRestarts})); then`,
    '  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$shard"',
    "fi",
    'exit "$code"',
  ];
  return `${lines.join("\n")}\n`;
}
