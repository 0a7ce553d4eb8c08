import { assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../data/files.ts";
import { findSource, requireNamedDir, resolveDataDir } from "../../data/data_dir.ts";
import { sourceOf, withDir } from "./_fixtures.ts";

Deno.test("resolveDataDir() takes the option, the environment, then the cache folder", () => {
  const env = (values: Record<string, string>) => (name: string) => values[name];
  const all = { ODE2VAE_DATA_DIR: "/e", XDG_CACHE_HOME: "/c", HOME: "/h" };
  assertEquals(resolveDataDir("/o", env(all)), { path: "/o", chosenBy: "option" });
  assertEquals(resolveDataDir(undefined, env(all)), { path: "/e", chosenBy: "environment" });
  const rest = { XDG_CACHE_HOME: "/c", HOME: "/h" };
  withoutLocalFolder(() => {
    assertEquals(resolveDataDir(undefined, env(rest)).path, "/c/ode2vae");
    assertEquals(resolveDataDir(undefined, env({ HOME: "/h" })).path, "/h/.cache/ode2vae");
  });
});

Deno.test("resolveDataDir() takes ./.data when it exists", () => {
  withoutLocalFolder(() => {
    Deno.mkdirSync(".data");
    assertEquals(resolveDataDir(undefined, () => undefined), {
      path: ".data",
      chosenBy: "default",
    });
  });
});

Deno.test("requireNamedDir() throws when a folder that was named is absent", () => {
  assertThrows(
    () => requireNamedDir({ path: "/nowhere", chosenBy: "option" }),
    DataError,
    "--data-dir must name a folder, is /nowhere",
  );
  assertThrows(
    () => requireNamedDir({ path: "/nowhere", chosenBy: "environment" }),
    DataError,
    "ODE2VAE_DATA_DIR must name a folder",
  );
  requireNamedDir({ path: "/nowhere", chosenBy: "default" });
});

Deno.test("findSource() finds MNIST by its common names in its common folders", async () => {
  const names = ["t10k-idx1-ubyte.gz", "t10k-idx1-ubyte", "t10k.idx1-ubyte.gz", "t10k.idx1-ubyte"];
  const source = await sourceOf(names[0]!, new Uint8Array(1));
  for (const folder of ["", "mnist/", "MNIST/raw/", "raw/"]) {
    await withDir(async (dir) => {
      await Deno.mkdir(`${dir}/${folder}`, { recursive: true });
      assertEquals(findSource(dir, source), undefined);
      // The gzipped file under the published name comes first, where there are several.
      for (const name of names.toReversed()) {
        await Deno.writeFile(`${dir}/${folder}${name}`, new Uint8Array(1));
        assertEquals(
          Deno.realPathSync(findSource(dir, source)!),
          Deno.realPathSync(`${dir}/${folder}${name}`),
        );
      }
    });
  }
});

Deno.test("findSource() throws one line when the folder may not be read", async () => {
  const source = await sourceOf("t10k.gz", new Uint8Array(1));
  // A name that the file system refuses: like a folder without permission, it is not the same as an absent one.
  const dir = "x".repeat(5000);
  assertThrows(() => findSource(dir, source), DataError, "it must be readable, is not: ");
});

function withoutLocalFolder(test: () => void): void {
  const before = Deno.cwd();
  const dir = Deno.makeTempDirSync();
  Deno.chdir(dir);
  try {
    test();
  } finally {
    Deno.chdir(before);
    Deno.removeSync(dir, { recursive: true });
  }
}
