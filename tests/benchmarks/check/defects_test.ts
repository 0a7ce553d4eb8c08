import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defects, inject } from "./defects.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

for (const defect of defects) {
  Deno.test(`inject() can put ${defect.name} into the source as it is`, () => {
    const source = Deno.readTextFileSync(join(root, defect.file));
    assertNotEquals(inject(source, defect), source);
  });
}

Deno.test("inject() replaces the one place, and throws when there is none or a second", () => {
  const [defect] = defects;
  assertEquals(inject(`a ${defect!.find} b`, defect!), `a ${defect!.replace} b`);
  assertThrows(() => inject("", defect!), Error, "it has it 0 times");
  assertThrows(() => inject(defect!.find.repeat(2), defect!), Error, "it has it 2 times");
});
