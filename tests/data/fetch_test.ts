import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { DataError, gunzip } from "../../data/files.ts";
import { fetchSource, megabytes, type Progress, progressLine } from "../../data/fetch.ts";
import { rootKey, uniform } from "../../data/random/mod.ts";
import { gzip, sourceOf, withDir } from "./_fixtures.ts";

const CONTENT = new Uint8Array(uniform(rootKey(1), 60_000).map((v) => v * 256));
const FILE = gzip(CONTENT);
const NAME = "file.gz";

type Handler = (request: Request) => Response | Promise<Response>;

/** Runs `test` against a local server; `handlers` are its mirrors in order. */
async function withServer(
  handlers: readonly Handler[],
  test: (urls: string[], dir: string, seen: string[]) => Promise<void>,
): Promise<void> {
  const seen: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const mirror = Number(new URL(request.url).pathname.split("/")[1]);
    seen.push(`${mirror} ${request.headers.get("range") ?? "all"}`);
    return handlers[mirror]!(request);
  });
  try {
    const urls = handlers.map((_, i) => `http://127.0.0.1:${server.addr.port}/${i}/${NAME}`);
    await withDir((dir) => test(urls, dir, seen));
  } finally {
    await server.shutdown();
  }
}

const whole: Handler = () => new Response(FILE);
const notFound: Handler = () => new Response("no", { status: 404 });
const otherContent: Handler = () => new Response(gzip(new Uint8Array(100)));

/** Serves ranges; breaks off after `limit` bytes of each answer. */
function ranges(limit: number): Handler {
  return (request) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
    if (from >= FILE.length) return new Response(null, { status: 416 });
    const rest = FILE.slice(from);
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      // Closing before content-length is reached breaks the connection.
      start(controller) {
        controller.enqueue(rest.slice(0, limit));
        controller.close();
      },
    });
    return new Response(body, {
      status: from > 0 ? 206 : 200,
      headers: {
        "content-length": `${rest.length}`,
        ...(from > 0 ? { "content-range": `bytes ${from}-${FILE.length - 1}/${FILE.length}` } : {}),
      },
    });
  };
}

async function assertFetched(dir: string): Promise<void> {
  const bytes = await Deno.readFile(`${dir}/mnist/${NAME}`);
  assertEquals(gunzip(bytes, NAME, 1e6), CONTENT);
  assertEquals([...Deno.readDirSync(`${dir}/mnist`)].map((entry) => entry.name), [NAME]);
}

Deno.test("fetchSource() downloads, reports progress and keeps a good file", async () => {
  await withServer([whole], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    const progress: Progress[] = [];
    const first = await fetchSource(source, dir, { onProgress: (p) => void progress.push(p) });
    assertEquals(first.downloaded, true);
    await assertFetched(dir);
    assertEquals(progress.at(-1), { name: NAME, received: FILE.length, total: FILE.length });
    assertEquals((await fetchSource(source, dir)).downloaded, false);
    assertEquals(seen, ["0 all"]);
  });
});

Deno.test("fetchSource() resumes with the bytes it has when the connection breaks", async () => {
  await withServer([ranges(25_000)], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    await fetchSource(source, dir);
    await assertFetched(dir);
    assertEquals(seen[0], "0 all");
    assertEquals(seen.length, 3);
    for (const request of seen.slice(1)) assertMatch(request, /^0 bytes=[1-9]\d*-$/);
  });
});

Deno.test("fetchSource() resumes what an earlier fetch left when that one gave up", async () => {
  await withServer([ranges(25_000)], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    const error = await assertRejects(
      () => fetchSource(source, dir, { tries: 1 }),
      DataError,
      NAME,
    );
    assertEquals(error.code, "unreachable");
    await fetchSource(source, dir);
    await assertFetched(dir);
    assertEquals(seen.filter((request) => request === "0 all").length, 1);
  });
});

Deno.test("fetchSource() starts again when a part belongs to other content", async () => {
  await withServer([ranges(1e6)], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    await Deno.mkdir(`${dir}/mnist`);
    const part = await partName(source.urls[0]!);
    await Deno.writeFile(`${dir}/mnist/${NAME}.${part}.part`, new Uint8Array(1000));
    await fetchSource(source, dir);
    await assertFetched(dir);
    assertEquals(seen, ["0 bytes=1000-", "0 all"]);
  });
});

Deno.test("fetchSource() starts again when the server ignores the range", async () => {
  await withServer([whole], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    await Deno.mkdir(`${dir}/mnist`);
    const part = await partName(urls[0]!);
    await Deno.writeFile(`${dir}/mnist/${NAME}.${part}.part`, new Uint8Array(1000));
    await fetchSource(source, dir);
    await assertFetched(dir);
    assertEquals(seen, ["0 bytes=1000-"]);
  });
});

Deno.test("fetchSource() finishes a part that is already whole", async () => {
  await withServer([ranges(1e6)], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    await Deno.mkdir(`${dir}/mnist`);
    await Deno.writeFile(`${dir}/mnist/${NAME}.${await partName(urls[0]!)}.part`, FILE);
    await fetchSource(source, dir);
    await assertFetched(dir);
    assertEquals(seen, [`0 bytes=${FILE.length}-`]);
  });
});

Deno.test("fetchSource() takes the next mirror when one has no file, other content or no server", async () => {
  await withServer([notFound, otherContent, whole], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, ["http://127.0.0.1:1/x", ...urls]);
    const lines: string[] = [];
    await fetchSource(source, dir, { log: (line) => void lines.push(line) });
    await assertFetched(dir);
    assertEquals(seen, ["0 all", "1 all", "2 all"]);
    assertEquals(lines.length, 3);
    assertStringIncludes(lines[1]!, "HTTP status 404");
    assertStringIncludes(lines[2]!, "SHA-256");
  });
});

Deno.test("fetchSource() throws one line that names every mirror when none delivers", async () => {
  await withServer([notFound, otherContent], async (urls, dir) => {
    const source = await sourceOf(NAME, CONTENT, [...urls, "http://127.0.0.1:1/x"]);
    const error = await assertRejects(() => fetchSource(source, dir), DataError);
    assertEquals(error.code, "unreachable");
    assertMatch(
      error.message,
      /^Cannot download file\.gz: one of 3 mirrors .*404.*SHA-256.*127\.0\.0\.1:1: /,
    );
    assertEquals(error.message.includes("\n"), false);
    assertEquals([...Deno.readDirSync(`${dir}/mnist`)], []);
  });
});

Deno.test("fetchSource() gives a mirror up when it stays silent", async () => {
  let release = () => {};
  const silent: Handler = () =>
    new Promise((resolve) => release = () => resolve(new Response("late")));
  await withServer([silent, whole], async (urls, dir) => {
    const lines: string[] = [];
    const source = await sourceOf(NAME, CONTENT, urls);
    await fetchSource(source, dir, { timeoutMs: 100, log: (line) => void lines.push(line) });
    await assertFetched(dir);
    assertMatch(lines[0]!, /no answer for 0\.1 s$/);
    release();
  });
});

Deno.test("fetchSource() replaces a file that is corrupt, and says so", async () => {
  await withServer([whole], async (urls, dir) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    await Deno.mkdir(`${dir}/mnist`);
    await Deno.writeFile(`${dir}/mnist/${NAME}`, FILE.slice(0, 500));
    const lines: string[] = [];
    await fetchSource(source, dir, { log: (line) => void lines.push(line) });
    await assertFetched(dir);
    assertMatch(lines[0]!, /must be complete.*downloading it again$/);
  });
});

Deno.test("fetchSource() downloads once when two run at the same time", async () => {
  const slow: Handler = async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return new Response(FILE);
  };
  await withServer([slow], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    await Promise.all([fetchSource(source, dir), fetchSource(source, dir)]);
    await assertFetched(dir);
    assertEquals(seen, ["0 all"]);
  });
});

/** Sends `chunk` every `ms` milliseconds without an end; `sent` counts the bytes. */
function endless(chunk: Uint8Array<ArrayBuffer>, ms: number, sent: { bytes: number }): Handler {
  return () => {
    let timer: ReturnType<typeof setInterval>;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        await new Promise((resolve) => timer = setTimeout(resolve, ms));
        sent.bytes += chunk.length;
        // The test must end on any code.
        if (sent.bytes > 64e6 || ms > 0 && sent.bytes > 60) controller.close();
        else controller.enqueue(chunk);
      },
      cancel: () => clearTimeout(timer),
    });
    return new Response(body);
  };
}

Deno.test("fetchSource() stops an endless body at the declared size, and takes the next mirror", async () => {
  const sent = { bytes: 0 };
  await withServer([endless(new Uint8Array(2 ** 16), 0, sent), whole], async (urls, dir) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    const lines: string[] = [];
    await fetchSource(source, dir, { log: (line) => void lines.push(line) });
    await assertFetched(dir);
    assertEquals(lines.length, 1);
    assertMatch(lines[0]!, /: it must have at most 6\d{4} bytes, is more$/);
    // What is on its way when the connection ends counts as well.
    assert(sent.bytes < 16e6, `${sent.bytes} bytes`);
  });
});

Deno.test("fetchSource() does not unpack a small file to far more than the declared size", async () => {
  const bomb = gzip(new Uint8Array(2 ** 26));
  assert(bomb.length < 70_000);
  await withServer([() => new Response(bomb), whole], async (urls, dir) => {
    const source = { ...await sourceOf(NAME, CONTENT, urls), bytes: bomb.length };
    const lines: string[] = [];
    await fetchSource(source, dir, { log: (line) => void lines.push(line) });
    await assertFetched(dir);
    assertMatch(lines.join(), /its content must have at most \d+ bytes, is more$/);
  });
});

Deno.test("fetchSource() gives a mirror that drips its share of the time, then takes the next", async () => {
  const sent = { bytes: 0 };
  await withServer([endless(new Uint8Array(1), 50, sent), whole], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    const lines: string[] = [];
    await fetchSource(source, dir, { deadlineMs: 2000, log: (line) => void lines.push(line) });
    assertEquals(await Deno.readFile(`${dir}/mnist/${NAME}`), FILE);
    assertEquals(seen, ["0 all", "1 all"]);
    assertMatch(lines.join(), /not done after 1\.0 s$/);
  });
});

Deno.test("fetchSource() leaves a part to the process that waits for it when its own attempt fails", async () => {
  // The first answer comes when the second fetch waits for the part, and is a failure.
  let requests = 0;
  const once: Handler = async () => {
    if (++requests > 1) return new Response(FILE);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return new Response("no", { status: 404 });
  };
  await withServer([once], async (urls, dir) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    const results = await Promise.allSettled([fetchSource(source, dir), fetchSource(source, dir)]);
    assertEquals(results.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    await assertFetched(dir);
  });
});

Deno.test("fetchSource() keeps what another process has put in the place of a corrupt file", async () => {
  await withServer([whole], async (urls, dir, seen) => {
    const source = await sourceOf(NAME, CONTENT, urls);
    const target = `${dir}/mnist/${NAME}`;
    await Deno.mkdir(`${dir}/mnist`);
    await Deno.writeFile(target, FILE.slice(0, 500));
    await fetchSource(source, dir, { log: () => Deno.writeFileSync(target, FILE) });
    await assertFetched(dir);
    assertEquals(seen, []);
  });
});

for (const kind of ["symbolic", "hard", "dangling"]) {
  Deno.test(`fetchSource() writes no file that a planted ${kind} link leads to`, async () => {
    await withServer([whole], async (urls, dir) => {
      const source = await sourceOf(NAME, CONTENT, urls);
      await Deno.mkdir(`${dir}/mnist`);
      const part = `${dir}/mnist/${NAME}.${await partName(urls[0]!)}.part`;
      if (kind !== "dangling") await Deno.writeTextFile(`${dir}/precious`, "precious");
      await (kind === "hard" ? Deno.link : Deno.symlink)(`${dir}/precious`, part);
      const error = await assertRejects(() => fetchSource(source, dir), DataError);
      assertEquals(error.code, "unwritable");
      assertMatch(
        error.message,
        /\.part: it must be writable, is not: \S+\.part is a link or a folder$/,
      );
      const left = await Deno.readTextFile(`${dir}/precious`).catch(() => "absent");
      assertEquals(left, kind === "dangling" ? "absent" : "precious");
    });
  });
}

Deno.test("fetchSource() throws one line when the folder cannot be made", async () => {
  await withDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/plain`, "");
    const source = await sourceOf(NAME, CONTENT, ["http://127.0.0.1:1/x"]);
    const error = await assertRejects(() => fetchSource(source, `${dir}/plain`), DataError);
    assertEquals(error.code, "unwritable");
    assertMatch(error.message, /^Cannot write .*plain\/mnist: it must be writable, is not: /);
  });
});

/** First eight digits of the address's SHA-256, as part files are named. */
async function partName(url: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(url));
  return new Uint8Array(digest).toHex().slice(0, 8);
}

Deno.test("progressLine() draws the share of the bar when the size is known", () => {
  const line = (received: number) => progressLine({ name: "a.gz", received, total: 2e6 }, 8);
  assertEquals(line(0), "a.gz [>       ]   0 %  0.0 kB of 2.0 MB");
  assertEquals(line(1e6), "a.gz [====>   ]  50 %  1.0 MB of 2.0 MB");
  assertEquals(line(2e6), "a.gz [========] 100 %  2.0 MB of 2.0 MB");
  assertEquals(line(3e6), "a.gz [========] 100 %  3.0 MB of 2.0 MB");
});

Deno.test("progressLine() tells the bytes when the size is not known", () => {
  assertEquals(progressLine({ name: "a.gz", received: 4542 }), "a.gz 4.5 kB");
  assertEquals(megabytes(99_999), "100.0 kB");
  assertEquals(megabytes(100_000), "0.1 MB");
});
