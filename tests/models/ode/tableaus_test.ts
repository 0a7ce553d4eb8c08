import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  BOSH3,
  densePolynomials,
  DOPRI5,
  type Tableau,
  tableau,
  TABLEAUS,
} from "../../../models/ode/tableaus.ts";

/** A rooted tree: the list of its subtrees. */
type Tree = readonly Tree[];

/** All rooted trees of each order up to `most`, by multisets of smaller trees. */
function rootedTrees(most: number): Tree[][] {
  const byOrder: Tree[][] = [[], [[]]];
  for (let order = 2; order <= most; order++) {
    const smaller = byOrder.flat();
    const trees: Tree[] = [];
    const grow = (subtrees: Tree[], from: number, left: number) => {
      if (left === 0) trees.push(subtrees);
      for (let i = from; i < smaller.length; i++) {
        const size = orderOf(smaller[i]!);
        if (size <= left) grow([...subtrees, smaller[i]!], i, left - size);
      }
    };
    grow([], 0, order - 1);
    byOrder.push(trees);
  }
  return byOrder;
}

const orderOf = (tree: Tree): number => 1 + tree.reduce((sum, t) => sum + orderOf(t), 0);
const gamma = (tree: Tree): number => tree.reduce((p, t) => p * gamma(t), orderOf(tree));

/**
 * Greatest violation of Butcher's conditions Σ b_i Φ_i(t) = x^|t| / γ(t) over the trees of an order, for a solution at a
 * fraction x of the step.
 */
function violation(
  stages: Tableau["stages"],
  weights: readonly number[],
  trees: Tree[],
  x = 1,
): number {
  const phi = (tree: Tree): number[] =>
    stages.map((_, i) =>
      tree.reduce((product, subtree) => {
        const inner = phi(subtree);
        return product * stages[i]!.reduce((sum, a, j) => sum + a * inner[j]!, 0);
      }, 1)
    );
  return Math.max(...trees.map((tree) => {
    const values = phi(tree);
    const sum = weights.reduce((sum, b, i) => sum + b * values[i]!, 0);
    return Math.abs(sum - x ** orderOf(tree) / gamma(tree));
  }));
}

const TREES = rootedTrees(6);

Deno.test("rootedTrees() counts 1, 1, 2, 4, 9, 20 trees", () => {
  assertEquals(TREES.slice(1).map((trees) => trees.length), [1, 1, 2, 4, 9, 20]);
});

for (const method of [...Object.values(TABLEAUS), BOSH3]) {
  Deno.test(`${method.name} meets Butcher's conditions of order ${method.order} and no higher`, () => {
    for (let order = 1; order <= method.order; order++) {
      assert(violation(method.stages, method.weights, TREES[order]!) < 1e-14, `order ${order}`);
    }
    assert(violation(method.stages, method.weights, TREES[method.order + 1]!) > 1e-6);
  });
}

for (const pair of [BOSH3, DOPRI5]) {
  const { name, order, stages, weights, error } = pair;
  Deno.test(`${name} has an embedded solution of order ${order - 1} and no higher`, () => {
    const embedded = weights.map((b, i) => b - error[i]!);
    for (let k = 1; k < order; k++) {
      assert(violation(stages, embedded, TREES[k]!) < 1e-14, `order ${k}`);
    }
    assert(violation(stages, embedded, TREES[order]!) > 1e-6);
  });

  Deno.test(`${name} ends on the next step's first derivative`, () => {
    for (const [i, a] of stages.at(-1)!.entries()) assertAlmostEquals(a, weights[i]!);
  });

  Deno.test(`densePolynomials() has the order of the step less one, at least 3, for ${name}`, () => {
    const rows = densePolynomials(pair);
    const at = (x: number) =>
      weights.map((_, i) => rows.reduce((sum, row, p) => sum + row[i]! * x ** (p + 1), 0));
    at(1).forEach((weight, i) => assertAlmostEquals(weight, weights[i]!, 1e-13));
    for (const x of [0.2, 0.5, 0.9]) {
      for (let k = 1; k <= Math.max(3, order - 1); k++) {
        assert(violation(stages, at(x), TREES[k]!, x) < 1e-12, `order ${k} at ${x}`);
      }
      assert(violation(stages, at(x), TREES[Math.max(4, order)]!, x) > 1e-6);
    }
  });
}

Deno.test("tableau() lists the valid names when the name is unknown", () => {
  assertEquals(tableau("rk4").order, 4);
  for (const name of ["rk5", "toString"]) {
    assertThrows(
      () => tableau(name),
      RangeError,
      `method must be one of euler, midpoint, rk4, dopri5, is "${name}"`,
    );
  }
});
