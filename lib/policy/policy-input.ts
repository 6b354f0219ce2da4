import { z } from "zod";
import { adapterFor } from "../hosts/registry";
import { fail, ok, type Result } from "../result";

/** What an admin may send as the site's policy: everything of the site, and of the code hosts those that change. */
const whole = (from: number, to: number, of: string) => {
  const wrong = `Enter a whole number of ${of} from ${from} to ${to}.`;
  return z.number({ error: wrong }).int(wrong).min(from, wrong).max(to, wrong);
};

const yesOrNo = z.boolean({ error: "Reload the page and try again." });

export const policyInput = z.strictObject({
  maxLifetimeDays: whole(1, 3650, "days").nullable(),
  requireExpiry: yesOrNo,
  forbidExcess: yesOrNo,
  checkEveryHours: whole(1, 168, "hours"),
  staleAfterDays: whole(7, 730, "days").nullable(),
  hosts: z
    .array(
      z.strictObject({
        id: z.uuid(),
        forbiddenTypes: z.array(z.string().max(40)).max(50),
        globalUse: z.enum(["may", "must", "must-not"]),
      }),
      { error: "Reload the page and try again." },
    )
    .max(1000),
});

export type PolicyInput = z.infer<typeof policyInput>;
export type HostRules = PolicyInput["hosts"][number];

/** In the adapter's order, each once; only what may be stored there can be forbidden. */
export function readForbidden(host: { name: string; kind: string }, forbidden: readonly string[]): Result<string[]> {
  const types = (adapterFor(host.kind)?.credentialTypes ?? []).filter(({ refusal }) => refusal === null);
  if (!forbidden.every((id) => types.some((type) => type.id === id))) {
    return fail("invalid-input", `${host.name} has no such kind of token. Reload the page and choose again.`);
  }
  return ok(types.map(({ id }) => id).filter((id) => forbidden.includes(id)));
}
