import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DOPRI5, type Tableau, tableau, TABLEAUS } from "../../../models/ode/tableaus.ts";

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

/** Greatest violation of Butcher's conditions Σ b_i Φ_i(t) = 1 / γ(t) over the trees of an order. */
function violation(stages: Tableau["stages"], weights: readonly number[], trees: Tree[]): number {
  const phi = (tree: Tree): number[] =>
    stages.map((_, i) =>
      tree.reduce((product, subtree) => {
        const inner = phi(subtree);
        return product * stages[i]!.reduce((sum, a, j) => sum + a * inner[j]!, 0);
      }, 1)
    );
  return Math.max(...trees.map((tree) => {
    const values = phi(tree);
    return Math.abs(weights.reduce((sum, b, i) => sum + b * values[i]!, 0) - 1 / gamma(tree));
  }));
}

const TREES = rootedTrees(6);

Deno.test("rootedTrees() counts 1, 1, 2, 4, 9, 20 trees", () => {
  assertEquals(TREES.slice(1).map((trees) => trees.length), [1, 1, 2, 4, 9, 20]);
});

for (const method of Object.values(TABLEAUS)) {
  Deno.test(`TABLEAUS.${method.name} meets Butcher's conditions of order ${method.order} and no higher`, () => {
    for (let order = 1; order <= method.order; order++) {
      assert(violation(method.stages, method.weights, TREES[order]!) < 1e-14, `order ${order}`);
    }
    assert(violation(method.stages, method.weights, TREES[method.order + 1]!) > 1e-6);
  });
}

Deno.test("DOPRI5 has an embedded solution of order 4 and no higher", () => {
  const embedded = DOPRI5.weights.map((b, i) => b - DOPRI5.error![i]!);
  for (let order = 1; order <= 4; order++) {
    assert(violation(DOPRI5.stages, embedded, TREES[order]!) < 1e-14, `order ${order}`);
  }
  assert(violation(DOPRI5.stages, embedded, TREES[5]!) > 1e-6);
});

Deno.test("DOPRI5 ends on the next step's first derivative", () => {
  for (const [i, a] of DOPRI5.stages.at(-1)!.entries()) assertAlmostEquals(a, DOPRI5.weights[i]!);
});

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
