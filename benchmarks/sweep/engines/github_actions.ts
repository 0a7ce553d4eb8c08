/**
 * A sweep as a matrix workflow of GitHub Actions.
 *
 * @module
 */
import { quote } from "../../runner/bench_command.ts";
import {
  commented,
  mergedFolder,
  needsGpu,
  shardCommand,
  shardFolder,
  shardNumbers,
  type Sweep,
  sweepName,
} from "../sweep.ts";

/** Minutes of training before a shard saves; a hosted runner has six hours, and the rest is for the other steps. */
const trainingMinutes = 330;

/** Folder of the data files in the checkout when the user names none. */
const fetchedData = "data-files";

/** The workflow to put into .github/workflows/. */
export function githubWorkflow({ options, about, denoVersion, definitions }: Sweep): string {
  const name = sweepName(options);
  const fetch = options.dataDir === undefined;
  const bench = fetch ? { ...options, dataDir: fetchedData } : options;
  const folder = shardFolder(options, "${{ matrix.shard }}");
  const cache = (indent: string) => [
    `${indent}path: ${JSON.stringify(folder)}`,
    `${indent}key: ${name}-\${{ github.run_id }}-\${{ matrix.shard }}-\${{ github.run_attempt }}`,
  ];
  const setup = [
    "      - uses: actions/checkout@v5",
    "      - uses: denoland/setup-deno@v2",
    "        with:",
    `          deno-version: "${denoVersion}"`,
    "          cache: true",
  ];
  const lines = [
    ...commented([
      ...about,
      "",
      "Commit it as .github/workflows/NAME.yml and start it by hand (Actions, Run workflow). A shard that fails or does",
      `not end in ${trainingMinutes} minutes keeps its checkpoints: "Re-run failed jobs" resumes from there, and merges again.`,
      "",
      needsGpu(options)
        ? "FILL IN runs-on: a runner with a GPU and the backend's libraries."
        : "FILL IN runs-on if you cannot use the hosted runners.",
    ]),
    `name: ${name}`,
    "on: workflow_dispatch",
    "permissions:",
    "  contents: read",
    ...(definitions === undefined
      ? []
      : ["env:", `  ODE2VAE_DEFINITIONS: ${JSON.stringify(definitions)}`]),
    "jobs:",
    "  shard:",
    `    name: shard \${{ matrix.shard }} of ${options.shards}`,
    `    runs-on: ${needsGpu(options) ? "FILL_IN" : "ubuntu-24.04"}`,
    "    timeout-minutes: 360",
    "    strategy:",
    "      fail-fast: false",
    "      matrix:",
    `        shard: [${shardNumbers(options).join(", ")}]`,
    "    steps:",
    ...setup,
    ...(fetch
      ? [
        "      - name: Fetch the data, so that no shard falls back to stand-in data",
        `        run: deno task data fetch --data-dir ${fetchedData}`,
      ]
      : []),
    "      - name: Restore what an earlier attempt of this run saved",
    "        uses: actions/cache/restore@v5",
    "        with:",
    ...cache("          "),
    `          restore-keys: ${name}-\${{ github.run_id }}-\${{ matrix.shard }}-`,
    "      - name: Train and test",
    "        run: |",
    `          timeout --preserve-status --signal=INT ${trainingMinutes}m ${
      shardCommand(bench)
    } \\`,
    `            --shard "\${{ matrix.shard }}/${options.shards}" --out ${quotedFolder(folder)}`,
    "      - name: Save what this attempt has done",
    "        if: ${{ !success() }}",
    "        uses: actions/cache/save@v5",
    "        with:",
    ...cache("          "),
    "      - name: Keep the records",
    "        if: ${{ !cancelled() }}",
    "        uses: actions/upload-artifact@v6",
    "        with:",
    `          name: ${name}-shard-\${{ matrix.shard }}`,
    "          # Two paths: the artifact begins at their common folder.",
    "          path: |",
    `            ${folder}/records`,
    `            ${folder}/logs`,
    "          overwrite: true",
    "  merge:",
    "    name: merge and report",
    "    needs: shard",
    "    if: ${{ !cancelled() }}",
    "    runs-on: ubuntu-24.04",
    "    steps:",
    ...setup,
    "      - uses: actions/download-artifact@v7",
    "        with:",
    `          pattern: ${name}-shard-*`,
    `          path: ${JSON.stringify(options.results)}`,
    "      - name: Merge",
    "        run: |",
    `          deno task merge ${quote(options.results)}/${name}-shard-* --out ${
      quote(mergedFolder(options))
    } | tee -a table.txt`,
    '          { echo "\\`\\`\\`"; cat table.txt; echo "\\`\\`\\`"; } >> "$GITHUB_STEP_SUMMARY"',
    "        shell: bash",
    "      - uses: actions/upload-artifact@v6",
    "        with:",
    `          name: ${name}`,
    `          path: ${JSON.stringify(mergedFolder(options))}`,
    "          overwrite: true",
  ];
  return `${lines.join("\n")}\n`;
}

/** A path with a GitHub expression, quoted for a shell: the expression becomes a number and needs no quotes. */
function quotedFolder(folder: string): string {
  const expression = "${{ matrix.shard }}";
  return quote(folder.replace(expression, "")) + expression;
}
