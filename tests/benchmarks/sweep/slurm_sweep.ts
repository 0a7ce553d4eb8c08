/**
 * A sweep on a real Slurm: the job file of `deno task sweep` runs on a cluster of two nodes that are this machine, jobs
 * are killed in the middle of training and requeued, the records are merged by the file's own task 0 and compared with
 * those of one run on one machine, byte for byte but for the host fields.
 *
 *     apt-get install slurm-wlm munge          # Debian, as root
 *     deno run -A tests/benchmarks/sweep/slurm_sweep.ts [FOLDER]
 *
 * Not one of the tests that run by default: it needs root, those packages and some minutes. Its daemons are its own, on
 * ports and in a folder of their own; the host's Slurm and MUNGE are left alone. FOLDER (by default a temporary one) is
 * kept for a look at the logs. Exit code 0 when all held.
 *
 * @module
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";
import { suiteFolder } from "../../../data/user_paths.ts";
import { recordFileName } from "../../../benchmarks/record/record_file.ts";
import { readRecords } from "../../../benchmarks/record/read_records.ts";
import { recordDifferences, withoutHost } from "../../../benchmarks/sweep/merge.ts";
import { LONG_SMOKE } from "../rmnist/_rmnist_process.ts";

/** All models, two seeds of those that have any: cells long enough to be killed in the middle. */
const benchArgs = [
  ...["rmnist", "--tier", "smoke", "--seeds", "2", "--checkpoint-seconds", "0"],
  ...(Deno.env.get("ODE2VAE_DATA_DIR") ? ["--data-dir", Deno.env.get("ODE2VAE_DATA_DIR")!] : []),
];
const shards = 3;
const backend = "ort-cpu";

const folder = Deno.args[0] ?? Deno.makeTempDirSync({ prefix: "slurm-sweep-" });
const path = (name: string) => join(folder, name);
const started = performance.now();
const say = (text: string) =>
  console.log(`[${Math.round((performance.now() - started) / 1000)} s] ${text}`);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function fail(what: string): never {
  throw new Error(`${what} (logs are in ${folder})`);
}

const environment = { SLURM_CONF: path("slurm.conf"), NO_COLOR: "1", ...LONG_SMOKE };

/** Standard output of a command that must succeed. */
function run(command: string, ...args: string[]): string {
  const { success, stdout, stderr } = new Deno.Command(command, { args, env: environment })
    .outputSync();
  const text = new TextDecoder().decode(stdout);
  if (!success) fail(`${command} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}${text}`);
  return text.trim();
}

/** Standard output of the suite's own command, told at its beginning. */
async function task(...args: string[]): Promise<void> {
  say(`deno task ${args.join(" ")}`);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    cwd: suiteFolder,
    env: environment,
  }).output();
  if (!success) fail(`deno task ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

async function until(what: string, condition: () => boolean, seconds = 3600): Promise<void> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    if (condition()) return;
    await sleep(50);
  }
  fail(`Waited ${seconds} s in vain until ${what}`);
}

/** A daemon in the foreground, its output in a file. */
function daemon(name: string, command: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: ["-c", `exec "$@" >${path(`${name}.log`)} 2>&1`, "sh", command, ...args],
    env: environment,
  }).spawn();
}

function slurmConf(): string {
  const node = (i: number) =>
    `NodeName=node${i} NodeHostname=${hostname()} NodeAddr=127.0.0.1 Port=${26818 + i} ` +
    "CPUs=1 RealMemory=4096 State=UNKNOWN";
  return [
    "ClusterName=sweep",
    `SlurmctldHost=${hostname()}(127.0.0.1)`,
    "SlurmctldPort=26817",
    "SlurmUser=root",
    "SlurmdUser=root",
    // A requeued job may start again when its former credential has expired.
    `AuthInfo=socket=${path("munge.socket")},cred_expire=5`,
    `StateSaveLocation=${path("state")}`,
    `SlurmdSpoolDir=${path("spool-%n")}`,
    `SlurmctldPidFile=${path("slurmctld.pid")}`,
    `SlurmdPidFile=${path("slurmd-%n.pid")}`,
    // No cgroups: they are not there in a container.
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core_Memory",
    "MpiDefault=none",
    "ReturnToService=2",
    "KillWait=5",
    "MinJobAge=36000",
    node(1),
    node(2),
    "PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
  ].map((line) => `${line}\n`).join("");
}

function startCluster(): Deno.ChildProcess[] {
  Deno.chmodSync(folder, 0o755);
  Deno.mkdirSync(path("state"), { recursive: true });
  for (const i of [1, 2]) Deno.mkdirSync(path(`spool-node${i}`), { recursive: true });
  Deno.writeFileSync(path("munge.key"), crypto.getRandomValues(new Uint8Array(128)), {
    mode: 0o400,
  });
  Deno.writeTextFileSync(path("slurm.conf"), slurmConf());
  const munge = ["key-file", "socket", "pid-file", "log-file", "seed-file"].map((option) =>
    `--${option}=${path(`munge.${option.replace("-file", "")}`)}`
  );
  return [
    daemon("munged", "munged", "--foreground", "--force", "--num-threads=2", ...munge),
    daemon("slurmctld", "slurmctld", "-D", "-c"),
    daemon("slurmd-1", "slurmd", "-D", "-N", "node1"),
    daemon("slurmd-2", "slurmd", "-D", "-N", "node2"),
  ];
}

/** State of a job or of an array's task: RUNNING, PENDING, COMPLETED, … */
function state(job: string): string {
  return /JobState=(\w+)/.exec(run("scontrol", "show", "job", job))?.[1] ?? "";
}

/** True while a cell of a shard is between its first checkpoint and its record. */
function isTraining(shard: number): boolean {
  try {
    return [...Deno.readDirSync(path(`results/shard-${shard}/checkpoints`))]
      .some(({ name }) => /^[^.].*\.ckpt$/.test(name));
  } catch {
    return false;
  }
}

const log = (shard: number | string) => Deno.readTextFileSync(path(`log-${shard}`));

/** Waits until a shard trains, ends it as told, and until it runs again. */
async function interrupt(job: string, shard: number, how: string): Promise<void> {
  const id = `${job}_${shard}`;
  await until(`shard ${shard} trains`, () => isTraining(shard));
  say(`shard ${shard} (${id}) trains: ${how}`);
  if (state(id) !== "RUNNING") fail(`${id} is ${state(id)}`);
  if (how === "scontrol requeue") run("scontrol", "requeue", id);
  if (how === "SIGINT to its step, as before a time limit") run("scancel", "--signal=INT", id);
  if (how === "SIGKILL to its step, then scontrol requeue") {
    run("scancel", "--signal=KILL", id);
    await until(`${id} has ended`, () => /^(FAILED|CANCELLED)$/.test(state(id)));
    run("scontrol", "requeue", id);
  }
  await until(
    `${id} was requeued`,
    () => /Restarts=[1-9]/.test(run("scontrol", "show", "job", id)),
  );
}

function compare(): void {
  const [alone, merged] = ["single", "results/merged"].map((name) =>
    new Map(
      readRecords(path(`${name}/records`)).map((record) => [recordFileName(record.cell), record]),
    )
  );
  if (alone!.size < 8) fail(`One machine made ${alone!.size} records`);
  if (canonicalJson([...alone!.keys()]) !== canonicalJson([...merged!.keys()])) {
    fail(`Cells differ: ${[...alone!.keys()]} and ${[...merged!.keys()]}`);
  }
  for (const [name, record] of alone!) {
    const other = merged!.get(name)!;
    const [a, b] = [record, other].map((each) => canonicalJson(withoutHost(each), 1));
    if (a !== b) fail(`${name} differs in ${recordDifferences(record, other).join(", ")}`);
    if (record.status !== "completed") fail(`${name} is ${record.status}`);
  }
  say(`${alone!.size} records are equal, byte for byte but for the host fields`);
}

async function sweep(): Promise<void> {
  await until("munged listens", () => {
    try {
      return Deno.statSync(path("munge.socket")).isSocket === true;
    } catch {
      return false;
    }
  }, 60);
  await until("both nodes are up", () => {
    const { stdout } = new Deno.Command("sinfo", { args: ["-h", "-o", "%D %t"], env: environment })
      .outputSync();
    return /^2 idle$/m.test(new TextDecoder().decode(stdout));
  }, 120);
  say(`${run("sinfo", "--version")}: node1 and node2 are idle`);
  const file = path("sweep.sh");
  await task(
    ...["sweep", ...benchArgs, "--engine", "slurm", "--shards", String(shards)],
    ...["--results", path("results"), "--out", file],
  );
  const output = ["--output", path("log-%a")];
  const job = run("sbatch", "--parsable", ...output, file);
  say(`sbatch: array job ${job}, ${shards} shards`);
  await Promise.all([
    interrupt(job, 1, "SIGKILL to its step, then scontrol requeue"),
    interrupt(job, 2, "scontrol requeue"),
    interrupt(job, 3, "SIGINT to its step, as before a time limit"),
  ]);
  const merge = run(
    "sbatch",
    ...["--parsable", `--dependency=afterany:${job}`, "--array=0", ...output, file],
  );
  await until("the merging ends", () => /COMPLETED|FAILED|CANCELLED|TIMEOUT/.test(state(merge)));
  for (let shard = 1; shard <= shards; shard++) {
    const resumed = log(shard).match(/^cells: .*$/gm)?.at(-1) ?? "";
    say(`shard ${shard}: ${state(`${job}_${shard}`)}; its last start: ${resumed}`);
    if (!/, 1 to resume,/.test(resumed)) fail(`Shard ${shard} resumed no cell`);
  }
  if (state(merge) !== "COMPLETED") fail(`The merging ended as ${state(merge)}: ${log(0)}`);
  say(`merging: ${log(0).match(/^\d+ records? of .*$/m)?.[0]}`);
  await task("bench", ...benchArgs, "--backend", backend, "--out", path("single"));
  compare();
}

let daemons: Deno.ChildProcess[] = [];
let code = 0;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    for (const child of daemons) child.kill("SIGTERM");
    Deno.exit(130);
  });
}
try {
  daemons = startCluster();
  await sweep();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  code = 1;
} finally {
  // The daemons of jobs and nodes before the one that they authenticate with.
  for (const child of daemons.toReversed()) {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself; its log tells why.
    }
    await child.status;
  }
}
Deno.exit(code);
