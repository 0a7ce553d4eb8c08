import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { main } from "../../data/cli.ts";
import { taskArgs } from "../tasks.ts";
import { gzip, sourceOf, withDir } from "./_fixtures.ts";

const CONTENT = new Uint8Array([1, 2, 3]);

async function run(args: string[], urls: string[] = []) {
  const out: string[] = [], err: string[] = [];
  const sources = [await sourceOf("a.gz", CONTENT, urls), await sourceOf("b.gz", CONTENT, urls)];
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
  };
  return { code: await main(args, terminal, sources), out, err };
}

const MISUSES = [
  [[], "must be one of list, fetch, verify, is nothing"],
  [["frob"], "must be one of list, fetch, verify, is frob"],
  [["toString"], "must be one of list, fetch, verify, is toString"],
  [["fetch", "c.gz"], "Cannot fetch c.gz: its name must be one of a.gz, b.gz"],
  [["list", "a.gz"], "Cannot run list with a.gz: it takes no names"],
  [["list", "--dir", "x"], "Cannot use option --dir: it must be one of --data-dir, --help"],
  [["list", "--data-dir", ""], "--data-dir: it must name a folder, is empty"],
  [["list", "--data-dir"], "--data-dir: it must name a folder, is empty"],
] as const;

for (const [args, message] of MISUSES) {
  Deno.test(`main() exits 2 with one line when called as data ${args.join(" ")}`, async () => {
    const { code, out, err } = await run([...args]);
    assertEquals([code, out.length, err.length], [2, 0, 1]);
    assertStringIncludes(err[0]!, message);
  });
}

Deno.test("main() shows control characters of names", async () => {
  const { err } = await run(["fetch", "a\x1b]0;x\x07"]);
  assertStringIncludes(err[0]!, "Cannot fetch a\\x1b]0;x\\x07: ");
});

Deno.test("main() prints help when asked", async () => {
  const { code, out } = await run(["--help"]);
  assertEquals(code, 0);
  assertMatch(out[0]!, /^Usage: deno task data/);
});

Deno.test("main() lists every file with its licence and whether it is there", async () => {
  await withDir(async (dir) => {
    await Deno.writeFile(`${dir}/b.gz`, gzip(CONTENT));
    const { code, out } = await run(["list", "--data-dir", dir], ["https://example.org/x"]);
    assertEquals(code, 0);
    const text = out.join("\n");
    assertMatch(text, /a\.gz .* not there/);
    assertStringIncludes(text, `${dir}/b.gz`);
    assertStringIncludes(text, "generated; none");
    assertStringIncludes(text, "https://example.org/x");
    assertStringIncludes(text, "mocap43.mat  not there");
  });
});

Deno.test("main() verifies files that are there, and exits 1 when one is corrupt or none is there", async () => {
  await withDir(async (dir) => {
    assertEquals((await run(["verify", "--data-dir", dir])).code, 1);
    await Deno.writeFile(`${dir}/a.gz`, gzip(CONTENT));
    const good = await run(["verify", "--data-dir", dir]);
    assertEquals([good.code, good.out], [0, [`${dir}/a.gz  good`, "b.gz  not there"]]);
    await Deno.writeFile(`${dir}/b.gz`, gzip(new Uint8Array([1, 2, 4])));
    const bad = await run(["verify", "--data-dir", dir]);
    assertEquals([bad.code, bad.err.length], [1, 1]);
    assertMatch(bad.err[0]!, /b\.gz: the SHA-256 of its content must be/);
  });
  const absent = await run(["verify", "--data-dir", "/nowhere"]);
  assertEquals(absent.code, 1);
  assertMatch(absent.err[0]!, /--data-dir must name a folder, is \/nowhere$/);
});

Deno.test("main() fetches the named file, all without a name, and exits 1 without network", async () => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(gzip(CONTENT)),
  );
  try {
    const urls = [`http://127.0.0.1:${server.addr.port}/x`];
    await withDir(async (dir) => {
      const one = await run(["fetch", "b.gz", "--data-dir", dir], urls);
      assertEquals([one.code, one.out], [0, [`${dir}/mnist/b.gz  downloaded and verified`]]);
      const all = await run(["fetch", "--data-dir", dir], urls);
      assertEquals(all.out, [
        `${dir}/mnist/a.gz  downloaded and verified`,
        `${dir}/mnist/b.gz  was there, verified`,
      ]);
    });
  } finally {
    await server.shutdown();
  }
  await withDir(async (dir) => {
    const { code, err } = await run(["fetch", "a.gz", "--data-dir", dir], ["http://127.0.0.1:1/x"]);
    assertEquals([code, err.length], [1, 1]);
    assertMatch(
      err[0]!,
      /^Cannot download a\.gz: one of 1 mirrors must deliver it: 127\.0\.0\.1:1: /,
    );
    await Deno.mkdir(`${dir}/mnist`, { recursive: true });
    await Deno.writeFile(`${dir}/mnist/a.gz`, gzip(new Uint8Array([9])));
    const corrupt = await run(["fetch", "a.gz", "--data-dir", dir], ["http://127.0.0.1:1/x"]);
    assertEquals([corrupt.code, corrupt.err.length], [1, 2]);
    assertMatch(corrupt.err[0]!, /; downloading it again$/);
  });
});

Deno.test("the data command exits with one line and its code when it runs as a process", async () => {
  for (
    const [args, code, message] of [
      [["frob"], 2, /^Cannot run a data command: .* frob\n$/],
      [["verify", "--data-dir", "/nowhere"], 1, /^Cannot read data: --data-dir .* \/nowhere\n$/],
    ] as const
  ) {
    const output = await new Deno.Command(Deno.execPath(), {
      args: taskArgs("data", args),
    }).output();
    assertEquals(output.code, code);
    assertMatch(new TextDecoder().decode(output.stderr), message);
  }
});
