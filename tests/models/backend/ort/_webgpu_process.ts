/**
 * Checks the state of steps on WebGPU, in a process of its own; fails where it is wrong.
 *
 * @module
 */
import { selectBackend } from "../../../../models/backend/select.ts";
import { assertHeldState, assertRefusals } from "./_held_state.ts";

const backend = await selectBackend("ort-webgpu");
await assertHeldState(backend);
await assertRefusals(backend);
Deno.exit(); // A GPU's library may keep the process alive.
