import type { Actor } from "../authz";
import { patience } from "./prove";
import { rotateCredential } from "./rotate";

/** As a program: one rotation in a process of its own, for tests that kill it in the middle. */
export const asProgram = "--as-a-rotation";

const at = process.argv.indexOf(asProgram);
if (at >= 0) {
  Object.assign(patience, { overlapPausesMs: [1], pausesMs: [1] });
  const { actor, credentialId } = JSON.parse(process.argv[at + 1] ?? "{}") as { actor: Actor; credentialId: string };
  const owner = { type: "user", id: actor.type === "user" ? actor.id : "" } as const;
  const rotated = await rotateCredential(actor, { owner, credentialId });
  console.log(JSON.stringify(rotated));
  process.exit(0);
}
