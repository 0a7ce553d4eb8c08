/**
 * A sweep as a Slurm array job.
 *
 * @module
 */
import { basename } from "node:path";
import { quote } from "../../runner/reproduce.ts";
import {
  benchWords,
  commented,
  mergeWords,
  needsGpu,
  shardFolder,
  shardJobs,
  shardMemory,
  type Sweep,
  sweepName,
} from "../sweep.ts";

/** Seconds between the signal to save and the time limit; an epoch must fit in. */
const savingSeconds = 120;

/** Times that a shard takes itself up again after a time limit: an epoch that does not fit in would do so for ever. */
const mostRestarts = 50;

/** The script to give to `sbatch`; task 0 of its array merges. */
export function slurmScript({ options, about, suite }: Sweep): string {
  const file = options.file === undefined ? "FILE" : quote(basename(options.file));
  const name = sweepName(options);
  const jobs = shardJobs(options);
  const lines = [
    "#!/bin/bash",
    ...commented([
      ...about,
      "",
      "Submit it, then the merging of the results (task 0), which waits until all shards have ended; afterok would not do:",
      "Slurm never takes an array for successful of which a task was killed, also when that is requeued and succeeds.",
      `  job=$(sbatch --parsable ${file})`,
      `  sbatch --dependency=afterany:"$job" --array=0 ${file}`,
      "",
      "The suite, its packages (run `deno install` once before), the data and the results must be on storage that all",
      "nodes share, with file locks. A shard that is requeued, by an administrator, a failed node, preemption or itself,",
      "goes on from its checkpoints. One that failed has no results in the table: its log tells why.",
      "",
      "FILL IN what your cluster asks for, as a partition and an account, and how long a job may take.",
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
    "shard=$SLURM_ARRAY_TASK_ID",
    "if ((shard == 0)); then",
    `  exec srun --cpus-per-task=${jobs} ${mergeWords(options)}`,
    "fi",
    "",
    `srun --cpus-per-task=${jobs} ${benchWords(options, jobs)} \\`,
    `  --shard "$shard/${options.shards}" --out ${quote(shardFolder(options, ""))}"$shard"`,
    "code=$?",
    `if ((code == 130 && \${SLURM_RESTART_COUNT:-0} < ${mostRestarts})); then`,
    '  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$shard"',
    "fi",
    'exit "$code"',
  ];
  return `${lines.join("\n")}\n`;
}
