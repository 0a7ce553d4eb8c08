import { assertEquals } from "@std/assert";
import { rmnist } from "../../benchmarks/rmnist/definition.ts";
import { isTrivialReference, methodName } from "../../reports/method_names.ts";
import { presentation } from "../../reports/pages/presentation.ts";

Deno.test("methodName() prefers the paper's name, then the definition's title, then the model's", () => {
  assertEquals(methodName("rmnist", "ode2vae-kl"), "ODE2VAE-KL");
  for (const model of ["mean-image", "nearest-angle", "linear-interpolation"]) {
    assertEquals(methodName("rmnist", model), rmnist.models[model]!.title);
  }
  assertEquals(methodName("rmnist", "not-there"), "not-there");
  assertEquals(methodName("toString", "toString"), "toString");
});

Deno.test("isTrivialReference() is true of the definition's models that have nothing to set", () => {
  const trivial = Object.keys(rmnist.models).filter((model) => isTrivialReference("rmnist", model));
  assertEquals(trivial, ["mean-image", "nearest-angle", "linear-interpolation"]);
  assertEquals(isTrivialReference("other", "mean-image"), false);
});

Deno.test("presentation() has the definition's title, or the name of a benchmark without one", () => {
  assertEquals(presentation("rmnist").title, rmnist.title);
  assertEquals(presentation("toString"), { ...presentation("other"), title: "toString" });
});
