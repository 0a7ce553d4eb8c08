import { assertEquals, assertThrows } from "@std/assert";
import { isAt, openPlainFile } from "../../data/plain_file.ts";

Deno.test("openPlainFile() makes a file, opens it again as it is, and refuses links and folders", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = (name: string) => `${folder}/${name}`;
    using made = openPlainFile(path("a"));
    made.writeSync(new TextEncoder().encode("text"));
    using again = openPlainFile(path("a"));
    assertEquals([isAt(again, path("a")), Deno.readTextFileSync(path("a"))], [true, "text"]);
    Deno.symlinkSync(path("a"), path("link"));
    Deno.symlinkSync(path("nowhere"), path("dangling"));
    Deno.linkSync(path("a"), path("hard"));
    Deno.mkdirSync(path("folder"));
    for (const name of ["link", "dangling", "hard", "folder"]) {
      assertThrows(() => openPlainFile(path(name)), Error, `${name} is a link or a folder`);
    }
    assertThrows(() => Deno.lstatSync(path("nowhere")), Deno.errors.NotFound);
    Deno.removeSync(path("a"));
    assertEquals(isAt(made, path("a")), false);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
