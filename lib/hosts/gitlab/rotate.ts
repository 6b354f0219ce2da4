import { z } from "zod";
import { Secret } from "../../secret";
import type {
  Account,
  Connection,
  Entered,
  FailedRotation,
  Refusal,
  RotateSupport,
  Settled,
  Successor,
} from "../adapter";
import { type Answer, isSendable } from "../answer";
import { openClient } from "./client";
import { recogniseGitlab } from "./recognise";
import { isFromApi, refuse, refuseThrown } from "./refusals";
import { readExpiry } from "./told";
import { verifyGitlab } from "./verify";

/**
 * GitLab's rotation of a token by itself (doc/api/personal_access_tokens.md, since 16.10): the old one is dead with the
 * answer. A dead one that asks again kills every token that came of it, so it is asked once, and after a lost answer
 * only whether the old one still works.
 */
export const gitlabRotation: RotateSupport = { overlaps: false, refusal, successor, settle };

/** Either suffices; the second since 17.9. */
const scopes = ["api", "self_rotate"];

function refusal(
  _baseUrl: string,
  credential: Pick<Entered, "type"> & { scopes: readonly string[] | null },
): string | null {
  if (credential.type === "oauth") return "An OAuth token is renewed by the application that got it, not here.";
  if (credential.scopes === null || credential.scopes.some((scope) => scopes.includes(scope))) return null;
  return "GitLab renews a token only when it has the scope api or self_rotate. Make one with self_rotate, and it can be renewed from here.";
}

/** GitLab's usual limit; a site may have less, and then says so. */
const longestDays = 365;

async function successor(
  host: Connection,
  entered: Entered,
  account: Account | null,
  { expiresAt }: { expiresAt: Date | null },
): Promise<Successor | FailedRotation> {
  const { token } = entered;
  if (!isSendable(token)) {
    return unchanged("A GitLab token holds no spaces and no special characters. Replace it by hand.");
  }
  const client = openClient(host, token);
  // Without a date GitLab gives it a week.
  const end = (expiresAt ?? new Date(Date.now() + longestDays * 86_400_000)).toISOString().slice(0, 10);
  const bot = /^(project|group)_(\d+)_bot/.exec(account?.login ?? "");
  try {
    const answer = await client.rotate(end);
    // A token of a project or group is not a personal one (405), and rotates at its own address.
    if (answer.status !== 405 || !bot || !isFromApi(answer)) return read(answer, host, entered);
    return read(await client.rotateOf(bot[1] as "project" | "group", bot[2] ?? "", end), host, entered);
  } catch (error) {
    return { ...refuseThrown(error, host.baseUrl), isUnchanged: false };
  }
}

const made = z.object({
  token: z
    .string()
    .max(4096)
    .regex(/^[\x21-\x7e]{8,}$/),
  expires_at: z.string().nullish(),
});

function read(answer: Answer, host: Connection, entered: Entered): Successor | FailedRotation {
  const told = answer.status === 200 || answer.status === 201 ? made.safeParse(answer.json) : null;
  if (told?.success && told.data.token !== entered.token.reveal()) {
    const token = new Secret(told.data.token);
    const prefix = recogniseGitlab(told.data.token)?.prefix ?? "";
    return { ok: true, entered: { ...entered, token }, prefix, expiry: readExpiry(told.data.expires_at) };
  }
  // What an answer that cannot be read holds may be the token itself.
  const shown = answer.status < 300 ? { ...answer, json: undefined, text: "" } : answer;
  const refused = refuse(shown, { baseUrl: host.baseUrl, token: entered.token });
  const isUnchanged = answer.status >= 400 && answer.status < 500 && (isFromApi(answer) || answer.status === 429);
  return { ...explain(answer, refused, isUnchanged), isUnchanged };
}

function explain(answer: Answer, refused: Refusal, isUnchanged: boolean): Refusal {
  if (!isUnchanged || refused.reason === "rate-limited") return refused;
  const say = (message: string): Refusal => ({ ...refused, message });
  if (refused.reason === "insufficient-scope") return say("GitLab does not let this token renew itself.");
  if (answer.status === 400) {
    return say("GitLab did not renew the token, mostly because it would end too late for this site's rules.");
  }
  if (answer.status === 404) return say("This GitLab renews no tokens: that came with GitLab 16.10.");
  if (answer.status === 405) return say("GitLab does not renew tokens of this kind from here.");
  return refused;
}

function unchanged(message: string): FailedRotation {
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null, isUnchanged: true };
}

/** Its word on the old one decides: a token that lives was not rotated. */
async function settle(host: Connection, entered: Entered): Promise<Settled> {
  const verdict = await verifyGitlab(host, entered, () => {});
  if (verdict.ok) {
    return { state: "unchanged", message: "GitLab made no new token: the old one still works.", hostSaid: null };
  }
  const { reason, hostSaid } = verdict;
  if (reason === "revoked" || reason === "rejected") {
    const message =
      "GitLab made a new token and its answer was lost on the way, so nobody has it. The old one is dead. Make a new token and replace this one.";
    return { state: "lost", message, hostSaid };
  }
  if (reason === "expired") {
    return { state: "lost", message: "The token has expired meanwhile. Make a new one and replace it.", hostSaid };
  }
  return { state: "unclear", message: verdict.message, hostSaid };
}
