/** Training of flows and what a trained flow answers, in compiled steps. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { planeTargets, SIDE } from "../../../benchmarks/cnf/targets.ts";
import { cnf, planarFlow } from "../../../models/flows/method.ts";
import type { DensityModel } from "../../../models/training/density.ts";
import { defaultSettings } from "../../../models/training/settings.ts";
import { ORT } from "../backend/_agreement.ts";
import "../cpu.ts";
import { assertResumes } from "../training/_checkpoints.ts";

const DATA = { targets: planeTargets().slice(0, 2), side: SIDE };

for (
  const [method, settings] of [
    [cnf, { width: 3, hyperHidden: 8, batchSize: 64, learningRate: 1e-2 }],
    [planarFlow, { depth: 3, learningRate: 1e-2 }],
  ] as const
) {
  Deno.test(`${method.name} resumes bit for bit, learns, and knows the density of its draws`, async () => {
    const start = () =>
      method.start({
        settings: {
          ...defaultSettings(method.settings),
          ...settings,
          ...{ epochs: 3, stepsPerEpoch: 20 },
        },
        seed: 5,
        data: DATA,
        backend: () => Promise.resolve(ORT),
      });
    const { reports, whole } = await assertResumes(start, [1]);
    assert(reports[2]!.loss! < 0.8 * reports[0]!.loss!);
    assertAlmostEquals(reports[2]!.loss!, reports[2]!.klU1! + reports[2]!.klU2!, 1e-4);
    const model = await whole.trained() as DensityModel;
    const [first, again, other] = [
      await model.sample(50, ["a"]),
      await model.sample(50, ["a"]),
      await model.sample(50, ["b"]),
    ];
    assertEquals(first, again);
    assertNotEquals(first[0]!.points, other[0]!.points);
    for (const [t, { points, logDensity }] of first.entries()) {
      const known = (await model.logDensity!(points))[t]!;
      known.forEach((value, i) => assertAlmostEquals(value, logDensity[i]!, 2e-3));
    }
    // The density of a grid integrates to one.
    const [cells, half] = [60, 8];
    const grid = Float32Array.from({ length: 2 * cells * cells }, (_, i) => {
      const cell = i % 2 === 0 ? (i >> 1) % cells : Math.floor((i >> 1) / cells);
      return half * ((2 * cell + 1) / cells - 1);
    });
    for (const values of await model.logDensity!(grid)) {
      const mass = values.reduce((sum, q) => sum + Math.exp(q), 0) * (2 * half / cells) ** 2;
      assertAlmostEquals(mass, 1, 0.01);
    }
    await whole.dispose();
  });
}
