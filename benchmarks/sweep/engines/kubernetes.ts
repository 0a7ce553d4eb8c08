/**
 * A sweep as an indexed Job of Kubernetes.
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

/** Seconds from SIGTERM to the end of the pod; an epoch must fit in. */
const savingSeconds = 120;

/** Claim of a volume, the Job of the shards and a suspended Job that merges: one YAML file of three documents. */
export function kubernetesManifest(sweep: Sweep): string {
  const { options, about, denoVersion } = sweep;
  const file = options.file === undefined ? "FILE" : quote(basename(options.file));
  const name = sweepName(options);
  const jobs = shardJobs(options);
  const documents = [
    [
      ...commented([
        ...about,
        "",
        "Start it, wait, then merge the results:",
        `  kubectl apply -f ${file}`,
        `  kubectl wait --for=condition=complete --timeout=-1s job/${name}`,
        `  kubectl patch job/${name}-merge --type=merge -p '{"spec":{"suspend":false}}'`,
        "",
        "FILL IN, three times in all: the storage class (one that many nodes can write, with file locks) and the image, in",
        "both jobs. It holds the suite and its packages, for example:",
        `  FROM denoland/deno:${denoVersion}`,
        "  COPY . /suite",
        "  WORKDIR /suite",
        "  RUN deno install && deno cache benchmarks/commands/bench.ts benchmarks/runner/cell_worker.ts benchmarks/commands/merge.ts",
        "Data: a folder of the image or of the volume, named with --data-dir when this file is made; without it each pod",
        "downloads them.",
        "",
        "A pod that is evicted saves within the grace period, and its successor resumes from there. Needs Kubernetes 1.33",
        "or later (backoffLimitPerIndex).",
      ]),
      ...claim(name, options.results),
    ],
    job(name, {
      indexed: options.shards,
      cpu: jobs,
      memory: shardMemory(options),
      gpu: needsGpu(options),
      results: options.results,
      // Backquotes, because Kubernetes reads $(…) as a variable of its own.
      script: [
        ...definitionLines(sweep),
        'shard=`expr "$JOB_COMPLETION_INDEX" + 1`',
        `exec ${shardCommand(options, jobs)} \\`,
        `  --shard "$shard/${options.shards}" --out ${quote(shardFolder(options, ""))}"$shard"`,
      ],
    }),
    job(`${name}-merge`, {
      cpu: 1,
      memory: 2,
      gpu: false,
      results: options.results,
      script: [...definitionLines(sweep), `exec ${mergeCommand(options)}`],
    }),
  ];
  return documents.map((lines) => `${lines.join("\n")}\n`).join("---\n");
}

function claim(name: string, results: string): string[] {
  return [
    "apiVersion: v1",
    "kind: PersistentVolumeClaim",
    "metadata:",
    `  name: ${name}`,
    "spec:",
    "  storageClassName: FILL_IN",
    "  accessModes: [ReadWriteMany]",
    "  resources:",
    "    requests:",
    `      storage: 10Gi # mounted at ${results}`,
  ];
}

interface JobParts {
  /** Number of indices; absent: one pod, suspended until the user starts it. */
  readonly indexed?: number;
  readonly cpu: number;
  /** GiB. */
  readonly memory: number;
  readonly gpu: boolean;
  readonly results: string;
  readonly script: readonly string[];
}

function job(name: string, { indexed, cpu, memory, gpu, results, script }: JobParts): string[] {
  const control = indexed === undefined ? ["  suspend: true", "  backoffLimit: 2"] : [
    "  completionMode: Indexed",
    `  completions: ${indexed}`,
    `  parallelism: ${indexed}`,
    "  backoffLimitPerIndex: 10",
    "  # Start a pod only after the former one has released its folder's lock.",
    "  podReplacementPolicy: Failed",
    "  podFailurePolicy:",
    "    rules:",
    "      - action: Ignore # evicted: it has saved",
    "        onPodConditions: [{ type: DisruptionTarget }]",
    "      - action: FailIndex # 1: a cell failed, 2: wrong usage; the same would happen again",
    "        onExitCodes: { containerName: suite, operator: In, values: [1, 2] }",
  ];
  return [
    "apiVersion: batch/v1",
    "kind: Job",
    "metadata:",
    `  name: ${name}`,
    "spec:",
    ...control,
    "  template:",
    "    spec:",
    "      restartPolicy: Never",
    `      terminationGracePeriodSeconds: ${savingSeconds}`,
    "      containers:",
    "        - name: suite",
    "          image: FILL_IN",
    "          workingDir: /suite",
    "          command:",
    "            - /bin/sh",
    "            - -c",
    "            - |",
    ...script.map((line) => `              ${line}`),
    "          resources:",
    `            requests: { cpu: ${cpu}, memory: ${memory}Gi }`,
    `            limits: { memory: ${memory}Gi${gpu ? ", nvidia.com/gpu: 1" : ""} }`,
    "          volumeMounts:",
    `            - { name: results, mountPath: ${JSON.stringify(results)} }`,
    "      volumes:",
    "        - name: results",
    `          persistentVolumeClaim: { claimName: ${name.replace(/-merge$/, "")} }`,
  ];
}
