import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError, gunzip } from "../../data/files.ts";
import { loadRotatingMnist } from "../../data/load_rotating_mnist.ts";
import { buildRotatingMnist, turnedDigits } from "../../data/rotating_mnist.ts";
import { BILINEAR, SPLINE } from "../../data/rotation_recipe.ts";
import { gzip, realDataDir, smallMnist, withDir } from "./_fixtures.ts";

const counts = { train: 3, validation: 2 };
const realDir = realDataDir();

Deno.test("loadRotatingMnist() builds from the folder's threes in file order, and says nothing", async () => {
  const mnist = await smallMnist(6);
  await withDir(async (dir) => {
    await Deno.mkdir(`${dir}/mnist`);
    await Deno.writeFile(`${dir}/mnist/images.gz`, gzip(mnist.images));
    await Deno.writeFile(`${dir}/labels`, mnist.labels);
    const lines: string[] = [];
    const set = await loadRotatingMnist({
      dataDir: dir,
      counts,
      sources: mnist.sources,
      log: (line) => void lines.push(line),
    });
    const authors = turnedDigits(mnist.drawn, "mnist-train", SPLINE);
    assertEquals(set, await buildRotatingMnist(authors, counts));
    assertEquals(lines, []);
    const options = { dataDir: dir, counts, sources: mnist.sources, digits: "t10k" } as const;
    const t10k = turnedDigits(mnist.drawn, "mnist-t10k", BILINEAR);
    assertEquals(await loadRotatingMnist(options), await buildRotatingMnist(t10k, counts));
    // Images 3 … 8 of twelve: the threes with odd numbers among them.
    const sources = { ...mnist.sources, first: 3, end: 9 };
    const some = turnedDigits(mnist.drawn.slice(784, 4 * 784), "mnist-train", SPLINE);
    const few = { train: 2, validation: 1 };
    assertEquals(
      await loadRotatingMnist({ dataDir: dir, counts: few, sources }),
      await buildRotatingMnist(some, few),
    );
  });
});

Deno.test("loadRotatingMnist() downloads what is missing when the network answers", async () => {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => new Response(files.get(new URL(request.url).pathname.slice(1))),
  );
  const mnist = await smallMnist(6, (name) => [`http://127.0.0.1:${server.addr.port}/${name}`]);
  files.set("images.gz", gzip(mnist.images)).set("labels.gz", gzip(mnist.labels));
  try {
    await withDir(async (dir) => {
      const lines: string[] = [];
      const options = { dataDir: dir, counts, sources: mnist.sources };
      const set = await loadRotatingMnist({ ...options, log: (line) => void lines.push(line) });
      assertEquals(set.origin, "mnist-train");
      assertEquals(lines.length, 1);
      assertMatch(lines[0]!, /downloading/);
      // The next run needs no network.
      const again = await loadRotatingMnist({ ...options, download: false });
      assertEquals(again.sha256, set.sha256);
    });
  } finally {
    await server.shutdown();
  }
});

for (const download of [true, false]) {
  Deno.test(`loadRotatingMnist() draws threes with a loud notice when there is no MNIST and download is ${download}`, async () => {
    const { sources } = await smallMnist(6, () => ["http://127.0.0.1:1/x"]);
    await withDir(async (dataDir) => {
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      const options = { counts, sources, download, log };
      const set = await loadRotatingMnist({ ...options, dataDir, standIn: true });
      assertEquals(set.origin, "procedural");
      assertEquals([set.train.count, set.validation.count], [3, 2]);
      const text = lines.join("\n");
      assertStringIncludes(text, "NOT MNIST: running on procedurally drawn threes");
      assertStringIncludes(text, "deno task data fetch");
      assertStringIncludes(
        text,
        download ? "one of 1 mirrors must deliver it" : "downloading is off",
      );
    });
  });
}

Deno.test("loadRotatingMnist() draws no threes for a folder of --data-dir without MNIST, and says what it looked for", () =>
  withDir(async (dataDir) => {
    const { sources } = await smallMnist(6);
    await Deno.writeFile(`${dataDir}/mnist-images.idx`, new Uint8Array(9));
    const error = await assertRejects(
      () => loadRotatingMnist({ dataDir, counts, sources, download: false }),
      DataError,
    );
    assertEquals(error.code, "missing");
    assertEquals(
      error.message,
      "Cannot use --data-dir: it must name a folder with the data (without it, made-up data stand in), has " +
        `no images.gz or images in ${dataDir} or ${dataDir}/mnist or ${dataDir}/MNIST/raw or ${dataDir}/raw; ` +
        "downloading is off",
    );
  }));

for (const [there, absent] of [["images", "labels"], ["labels", "images"]] as const) {
  Deno.test(`loadRotatingMnist() says which file is missing when only ${there} are there, and draws no threes`, async () => {
    const mnist = await smallMnist(6, () => ["http://127.0.0.1:1/x"]);
    for (const download of [true, false]) {
      await withDir(async (dir) => {
        await Deno.writeFile(`${dir}/${there}`, mnist[there]);
        const lines: string[] = [];
        const log = (line: string) => void lines.push(line);
        const options = { counts, sources: mnist.sources, download, log };
        const named = () => loadRotatingMnist({ ...options, dataDir: dir });
        const error = await assertRejects(named, DataError);
        assertEquals(error.code, "missing");
        assertStringIncludes(
          error.message,
          `Cannot use MNIST in ${dir}: images and labels must be there, is no ${absent}.gz or ` +
            `${absent} in ${dir} or ${dir}/mnist or ${dir}/MNIST/raw or ${dir}/raw; `,
        );
        const [first = ""] = lines;
        assertEquals(
          first.replace(/\(.*?\)/, "()"),
          download ? `downloading ${absent}.gz (): not in ${dir}` : "",
        );
      });
    }
  });
}

Deno.test("loadRotatingMnist() draws threes, and says which file is missing, when a folder that nobody named has one of two", async () => {
  const mnist = await smallMnist(6);
  await withDir(async (dir) => {
    await Deno.mkdir(`${dir}/.data`);
    await Deno.writeFile(`${dir}/.data/images`, mnist.images);
    const lines: string[] = [];
    const before = [Deno.cwd(), Deno.env.get("ODE2VAE_DATA_DIR")] as const;
    Deno.chdir(dir);
    Deno.env.delete("ODE2VAE_DATA_DIR");
    try {
      const log = (line: string) => void lines.push(line);
      const set = await loadRotatingMnist({ counts, sources: mnist.sources, download: false, log });
      assertEquals(set.origin, "procedural");
    } finally {
      Deno.chdir(before[0]);
      if (before[1] !== undefined) Deno.env.set("ODE2VAE_DATA_DIR", before[1]);
    }
    assertStringIncludes(lines.join("\n"), "Reason: no labels.gz or labels in .data or ");
  });
});

Deno.test("loadRotatingMnist() reads the real MNIST as torchvision and others store it", async () => {
  if (realDir === undefined) return;
  const read = (name: string) => Deno.readFile(`${realDir}/mnist/${name}.gz`);
  const images = await read("t10k-images-idx3-ubyte");
  const labels = await read("t10k-labels-idx1-ubyte");
  await withDir(async (dir) => {
    await Deno.mkdir(`${dir}/MNIST/raw`, { recursive: true });
    await Deno.writeFile(`${dir}/MNIST/raw/t10k-images.idx3-ubyte`, gunzip(images, "x", 1e8));
    await Deno.writeFile(`${dir}/MNIST/raw/t10k-labels-idx1-ubyte.gz`, labels);
    const set = await loadRotatingMnist({ dataDir: dir, digits: "t10k", counts, download: false });
    assertEquals(set.origin, "mnist-t10k");
  });
});

for (const corrupt of ["images.gz", "labels.gz"] as const) {
  Deno.test(`loadRotatingMnist() throws instead of falling back when ${corrupt} is corrupt`, async () => {
    const mnist = await smallMnist(6);
    await withDir(async (dir) => {
      const good = { "images.gz": gzip(mnist.images), "labels.gz": gzip(mnist.labels) };
      // The corrupt file alone must be enough: the other one may be missing.
      for (const alone of [true, false]) {
        if (!alone) {
          for (const [name, bytes] of Object.entries(good)) {
            await Deno.writeFile(`${dir}/${name}`, bytes);
          }
        }
        await Deno.writeFile(`${dir}/${corrupt}`, good[corrupt].slice(0, -9));
        const error = await assertRejects(
          () => loadRotatingMnist({ dataDir: dir, counts, sources: mnist.sources }),
          DataError,
          corrupt,
        );
        assertEquals(error.code, "corrupt");
      }
    });
  });
}

Deno.test("loadRotatingMnist() throws when the folder that was named is absent", async () => {
  const error = await assertRejects(() => loadRotatingMnist({ dataDir: "/nowhere" }), DataError);
  assertEquals(
    error.message,
    "Cannot read data: --data-dir must name a folder, is /nowhere",
  );
});

for (
  const [digits, origin, real, procedural] of [
    [
      "train",
      "mnist-train",
      "e3c4b676afb30f0d9e6223556368877ec31dcb7f2c15c45ea0065f86d12a1407",
      "375adb4c086e087aa0be42ca488728bb65ec460ef2b2efc3f979e5f4bd76037d",
    ],
    [
      "t10k",
      "mnist-t10k",
      "da7880f07a608c789910b9c4677f7b15623ce11eaa75a7715730adf1756ee35c",
      "6cd45738083a1de231ba4535973851698cd614bc9c7d91e11720f1beacca261d",
    ],
  ] as const
) {
  Deno.test(`loadRotatingMnist() gives the published data set of ${digits} where MNIST is, drawn threes elsewhere`, async () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const options = { digits, download: false, log };
    if (realDir !== undefined) {
      const set = await loadRotatingMnist({ ...options, dataDir: realDir });
      assertEquals([set.origin, set.sha256, lines], [origin, real, []]);
    }
    await withDir(async (dataDir) => {
      const set = await loadRotatingMnist({ ...options, dataDir, standIn: true });
      assertEquals([set.origin, set.sha256, lines.length], ["procedural", procedural, 5]);
    });
  });
}
