/** The reader of records with damaged files: a record or one line, and never other numbers under an old hash. */
import { assert, assertEquals } from "@std/assert";
import { RunError } from "../../../benchmarks/errors.ts";
import { sha256OfJson } from "../../../benchmarks/record/canonical_json.ts";
import { readRecord, recordText } from "../../../benchmarks/record/record_file.ts";
import { type CellRecord, traceSha256 } from "../../../benchmarks/record/record.ts";
import { renderSite } from "../../../reports/pages/site.ts";
import { resultsCsv } from "../../../reports/tables/files.ts";
import { assertReadsMutants, countRefused, drawsBelow, mutantCount } from "../../data/_mutants.ts";
import { store } from "../../reports/fixtures.ts";
import { allKinds } from "../../reports/exhibits/_examples.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord, secondSchema } from "../_example_record.ts";

const MUTANTS = mutantCount(500);
/** Bytes of memory that all of it may take. */
const MOST_MEMORY = 1e9;
/** Every error of the reader says what must be. */
const REFUSAL = { error: RunError, message: /^Cannot read record [^\n]*\bmust [^\n]*$/ };

const { exhibits } = exampleRecord();
const small = allKinds.filter((exhibit) =>
  JSON.stringify(exhibit).length < 4000 && exhibits.every(({ name }) => name !== exhibit.name)
);
const newest = exampleRecord({ exhibits: [...exhibits, ...small] });
const { codeSha256: _, ...fingerprint } = newest.fingerprint;

/** A record of each schema, with the hashes that its file states. */
const schemas: readonly (readonly [number, object, (record: CellRecord) => object])[] = [
  [2, secondSchema(), ({ metrics, curves, ...record }) => ({
    ...{ ...record, metrics, curves, traceSha256: sha256OfJson({ metrics, curves }) },
  })],
  [3, { ...newest, schema: 3, fingerprint }, withTrace],
  [4, newest, (record) => JSON.parse(recordText(withTrace(record)))],
];

function withTrace(record: CellRecord): CellRecord {
  return { ...record, traceSha256: traceSha256(record.metrics, record.curves) };
}

for (const [schema, original, hashed] of schemas) {
  const intact = hashed(original as CellRecord);
  const text = new TextEncoder().encode(JSON.stringify(intact));

  Deno.test(`readRecord() refuses mutants of schema ${schema}, or reads the numbers that were written`, async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/r.json`;
    const read = (bytes: Uint8Array) => {
      Deno.writeFileSync(path, bytes);
      return readRecord(path);
    };
    const expected = read(text);
    const numbers = ({ metrics, curves }: CellRecord) => traceSha256(metrics, curves);
    await assertReadsMutants(
      text,
      (bytes) => {
        const found = read(bytes);
        assertEquals(numbers(found), numbers(expected));
        if (schema === 4) assertEquals(found, expected);
      },
      REFUSAL,
      MUTANTS,
    );
  });

  Deno.test(`readRecord() refuses strange values in schema ${schema}, or a site is made of them`, async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/r.json`;
    const other = store(exampleRecord({ cell: { ...newest.cell, seed: 77 } }));
    const refused = await countRefused(MUTANTS, (i) => {
      const value = hashedOr(strange(intact, i), hashed);
      Deno.writeTextFileSync(path, JSON.stringify(value));
      const records = [{ file: "r.json", record: readRecord(path) }, other];
      const site = renderSite(records, {
        assets: { style: "", script: "", tables: "", chartJs: "", curves: "" },
      });
      assert(site.has("record/r.html") && resultsCsv(records).includes("r.json"));
    }, REFUSAL);
    assert(refused > MUTANTS / 3 && refused < MUTANTS, `${refused} of ${MUTANTS} refused`);
    // Of this test alone: the resident set is that of all tests that run beside it.
    const { heapTotal, external } = Deno.memoryUsage();
    assert(heapTotal + external < MOST_MEMORY, `${heapTotal + external} bytes`);
  });
}

/** With the hashes that fit, where the value still has what they are of. */
function hashedOr(value: object, hashed: (record: CellRecord) => object): object {
  try {
    return hashed(value as CellRecord);
  } catch {
    return value;
  }
}

const STRANGE: readonly unknown[] = [
  ...[
    null,
    true,
    "",
    "NaN",
    "<script>alert(1)</script>",
    "__proto__",
    "toString",
    "x".repeat(20_000),
  ],
  ...[0, -0, -1, 0.5, 1e21, 2 ** 32, 1e308, -1e308, 5e-324, Number.MAX_SAFE_INTEGER],
  ...[[], {}, [[]], [0], { toString: 1 }, { kind: "frames" }, Array(2000).fill(0)],
];

/** The i-th copy of a JSON value in which one part is another, absent, or there twice. */
function strange(original: object, i: number): object {
  const below = drawsBelow(i);
  const copy = structuredClone(original);
  let parent = copy as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(parent);
    const key = keys[below(keys.length)]!;
    const child = parent[key];
    const isInner = typeof child === "object" && child !== null && Object.keys(child).length > 0;
    if (isInner && below(5) > 0) {
      parent = child as Record<string, unknown>;
      continue;
    }
    const change = below(8);
    if (change === 0) {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
    } else if (change === 1 && Array.isArray(parent)) parent.push(structuredClone(child));
    else parent[key] = structuredClone(STRANGE[below(STRANGE.length)]);
    return copy;
  }
}
