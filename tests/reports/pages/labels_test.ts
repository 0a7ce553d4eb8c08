import { assertEquals } from "@std/assert";
import { commonLabel, differingLabels } from "../../../reports/pages/labels.ts";

const given = [
  { name: "A", label: "MSE per pixel, from frame 0" },
  { name: "B", label: "MSE per pixel, from frame 0" },
  { name: "C", label: "MSE per pixel, imputed" },
];

Deno.test("commonLabel() keeps the phrases that all labels share", () => {
  assertEquals(commonLabel(given), "MSE per pixel");
  assertEquals(commonLabel(given.slice(0, 2)), "MSE per pixel, from frame 0");
  assertEquals(commonLabel([]), "");
});

Deno.test("differingLabels() says which model differs how", () => {
  assertEquals(differingLabels(given), "A, B: from frame 0. C: imputed. ");
  assertEquals(differingLabels(given.slice(0, 2)), "");
});
