import { assertEquals, assertThrows } from "@std/assert";
import { Job } from "kubernetes-models/batch/v1";
import { PersistentVolumeClaim } from "kubernetes-models/v1";
import { parseAllDocuments } from "yaml";
import { temporaryFolder } from "../_bench_process.ts";
import { jobFile, rehearse } from "./_sweep.ts";

const options = ["rmnist", "--engine", "kubernetes", "--shards", "3", "--seeds", "2"];

/** The documents of the file, each after Kubernetes' own schema has passed it. */
async function manifest(...more: string[]) {
  const documents = parseAllDocuments(await jobFile(...options, ...more));
  const [claim, shards, merge] = documents.map((document) => {
    assertEquals([document.errors, document.warnings], [[], []]);
    return document.toJS();
  });
  assertEquals(documents.length, 3);
  new PersistentVolumeClaim(claim).validate();
  new Job(shards).validate();
  new Job(merge).validate();
  return { claim, shards, merge };
}

Deno.test("kubernetesManifest() is a claim and two Jobs of Kubernetes' schema", async () => {
  const { claim, shards, merge } = await manifest("--jobs", "2", "--tier", "paper");
  assertEquals([claim, shards, merge].map(({ metadata }) => metadata.name), [
    ...["rmnist-paper", "rmnist-paper", "rmnist-paper-merge"],
  ]);
  const { completionMode, completions, parallelism, template } = shards.spec;
  assertEquals([completionMode, completions, parallelism], ["Indexed", 3, 3]);
  assertEquals(template.spec.containers[0].resources, {
    requests: { cpu: 2, memory: "4Gi" },
    limits: { memory: "4Gi" },
  });
  assertEquals(merge.spec.suspend, true);
  for (const { spec } of [shards, merge]) {
    const { containers: [container], restartPolicy, volumes } = spec.template.spec;
    // The policy on failures asks for it.
    assertEquals(restartPolicy, "Never");
    assertEquals(container.volumeMounts, [{ name: "results", mountPath: "/results" }]);
    assertEquals(volumes, [{
      name: "results",
      persistentVolumeClaim: { claimName: "rmnist-paper" },
    }]);
  }
  assertEquals(
    shards.spec.podFailurePolicy.rules[1].onExitCodes.containerName,
    template.spec.containers[0].name,
  );
});

Deno.test("kubernetesManifest() would be refused by the schema with a wrong field", async () => {
  const { shards } = await manifest();
  shards.spec.completions = "three";
  assertThrows(() => new Job(shards).validate());
});

Deno.test("kubernetesManifest() asks for a GPU when the backend is one's", async () => {
  const { shards, merge } = await manifest("--backend", "ort-cuda");
  const limits = ({ spec }: typeof shards) => spec.template.spec.containers[0].resources.limits;
  assertEquals(limits(shards), { memory: "2Gi", "nvidia.com/gpu": 1 });
  assertEquals(limits(merge), { memory: "2Gi" });
});

Deno.test("kubernetesManifest() runs the shard of the pod's index, and merges all of them", async () => {
  using folder = temporaryFolder();
  const awkward = ["--results", "/it's here", "--data-dir", "/my data"];
  const { shards, merge } = await manifest(...awkward);
  const run = ({ spec }: typeof shards, index: string) => {
    const { command } = spec.template.spec.containers[0];
    // Kubernetes would take $(…) for a variable of its own.
    assertEquals(command.some((word: string) => word.includes("$(")), false);
    const { code, calls } = rehearse(folder.path, command, { deno: 0 }, {
      JOB_COMPLETION_INDEX: index,
    });
    assertEquals(code, 0);
    return calls;
  };
  assertEquals(run(shards, "2"), [[
    ...["deno", "task", "bench", "rmnist", "--tier", "quick", "--seeds", "2"],
    ...["--backend", "ort-cpu", "--jobs", "1", "--data-dir", "/my data"],
    ...["--shard", "3/3", "--out", "/it's here/shard-3"],
  ]]);
  assertEquals(run(merge, ""), [[
    ...["deno", "task", "merge"],
    ...[1, 2, 3].map((shard) => `/it's here/shard-${shard}`),
    ...["--out", "/it's here/merged"],
  ]]);
});
