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
import type { Answer } from "../answer";
import { ask, findUnsendable } from "./client";
import { ownTokensPage, ownTokensPath, withPassword } from "./own-tokens";
import { readTokenId } from "./recognise";
import { isWithheld, refuse, refuseThrown, unsendable } from "./refusals";
import { readExpiry, readPage } from "./told";
import { verifyBitbucketDataCenter } from "./verify";

/**
 * A second HTTP access token with the permissions of the first (REST API, access-tokens). Atlassian says that a token
 * may not make tokens: that is tried, and where it is so the account's password is asked for, for once. Only people's
 * tokens: those of projects and repositories need the password of somebody else.
 */
export const bitbucketDataCenterRotation: RotateSupport = {
  overlaps: true,
  password: "always",
  refusal,
  successor,
  settle,
};

function refusal(_baseUrl: string, { type }: Pick<Entered, "type">): string | null {
  if (type === "http-access-token") return null;
  if (type === "password") return "A password is changed in Bitbucket by its owner, and not from here.";
  return "Only an administrator of its project or repository can renew this token. Make a new one there and replace it.";
}

const record = z.object({
  name: z.string().min(1).max(255),
  permissions: z.array(z.string().min(1).max(100)).min(1).max(100),
});

interface Wanted {
  expiresAt: Date | null;
  password: Secret | null;
}

async function successor(
  host: Connection,
  entered: Entered,
  account: Account | null,
  { expiresAt, password }: Wanted,
): Promise<Successor | FailedRotation> {
  const id = readTokenId(entered.token.reveal());
  const problem = findUnsendable(entered);
  if (problem || id === null || account === null) {
    const message = problem ?? "Forgepass cannot tell which of the account's tokens this is. Replace it by hand.";
    return { ...unsendable(message), isUnchanged: true };
  }
  const by = password ? withPassword(account, password) : entered;
  const path = ownTokensPath(account);
  let own: z.infer<typeof record>;
  try {
    const answer = await ask(host, `${path}/${id}`, by);
    const told = answer.status === 200 ? record.safeParse(answer.json) : null;
    if (!told?.success) return { ...refuseManaging(answer, host, by, entered), isUnchanged: true };
    own = told.data;
  } catch (error) {
    return { ...refuseThrown(error, host), isUnchanged: true };
  }
  const expiryDays = expiresAt && Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 86_400_000));
  const body = { name: renamed(own.name), permissions: own.permissions, ...(expiryDays && { expiryDays }) };
  try {
    return read(await ask(host, path, by, { method: "PUT", body }), host, by, entered);
  } catch (error) {
    return { ...refuseThrown(error, host), isUnchanged: false };
  }
}

/** So that the two can be told apart on the page that lists them. */
function renamed(name: string): string {
  const today = new Date().toISOString().slice(0, 10);
  return `${name.replace(/ \(since \d{4}-\d{2}-\d{2}\)$/, "").slice(0, 230)} (since ${today})`;
}

const made = z.object({
  token: z
    .string()
    .max(4096)
    .regex(/^[\x21-\x7e]{8,}$/),
  createdDate: z.union([z.number(), z.string()]).nullish(),
  expiryDays: z.number().int().positive().nullish(),
});

function read(answer: Answer, host: Connection, by: Entered, entered: Entered): Successor | FailedRotation {
  const told = answer.status === 200 || answer.status === 201 ? made.safeParse(answer.json) : null;
  if (told?.success && told.data.token !== entered.token.reveal()) {
    const { token, createdDate, expiryDays } = told.data;
    return {
      ok: true,
      entered: { ...entered, token: new Secret(token) },
      prefix: token.startsWith("BBDC-") ? "BBDC-" : "",
      expiry: readExpiry(createdDate, expiryDays),
    };
  }
  // What an answer that cannot be read holds may be the token itself.
  const shown = answer.status < 300 ? { ...answer, json: undefined, text: "" } : answer;
  const isUnchanged = answer.status >= 400 && answer.status < 500 && (isWithheld(answer) || answer.status === 429);
  const refused = refuseManaging(shown, host, by, entered);
  const isWrong = answer.status === 401 && refused.needsPassword === true;
  if (answer.status !== 400 || !isUnchanged) return { ...refused, isUnchanged: isUnchanged || isWrong };
  const message = "Bitbucket did not make the token: it may be one too many, or end too late for this site's rules.";
  return { ...refused, message, url: ownTokensPage(host), isUnchanged };
}

/** A token that may not, or a password that is not taken. */
function refuseManaging(
  answer: Answer,
  host: Connection,
  by: Entered,
  entered: Entered,
): Refusal & { needsPassword?: true } {
  const refused = refuse(answer, host, by);
  const byPassword = by !== entered;
  const isBarred = [401, 403, 404].includes(answer.status) && isWithheld(answer);
  if (!byPassword && isBarred) {
    const message =
      "Bitbucket makes a token only for the account's own password. Enter it: it is used once and not kept.";
    return { ...refused, reason: "insufficient-scope", message, url: ownTokensPage(host), needsPassword: true };
  }
  if (byPassword && refused.reason === "rejected") {
    const message = "Bitbucket does not take this password. Several wrong ones lock the account.";
    return { ...refused, message, needsPassword: true };
  }
  return refused;
}

const row = z.object({
  id: z.union([z.string(), z.number()]),
  name: z.string(),
  createdDate: z.union([z.number(), z.string()]),
  lastAuthenticated: z.union([z.number(), z.string()]).nullish(),
});

/** The clocks of two machines. */
const skewMs = 5 * 60_000;

async function settle(host: Connection, entered: Entered, account: Account | null, since: Date): Promise<Settled> {
  const verdict = await verifyBitbucketDataCenter(host, entered, () => {});
  if (!verdict.ok) {
    const { reason, message, hostSaid } = verdict;
    return { state: reason === "rejected" || reason === "expired" ? "lost" : "unclear", message, hostSaid };
  }
  const works = "The old token works.";
  const byHand = `${works} If Bitbucket lists a newer one of the same name, delete that: nobody has it.`;
  if (!account) return { state: "unchanged", message: byHand, hostSaid: null };
  try {
    const path = ownTokensPath(account);
    const answer = await ask(host, `${path}?limit=100`, entered);
    const page = answer.status === 200 ? readPage(answer.json) : null;
    if (!page) return { state: "unchanged", message: byHand, hostSaid: null };
    const orphan = page.values.flatMap((one) => row.safeParse(one).data ?? []).find((one) => isOrphan(one, since));
    if (!orphan) return { state: "unchanged", message: `Bitbucket made no new token. ${works}`, hostSaid: null };
    const gone = await ask(host, `${path}/${String(orphan.id).padStart(12, "0")}`, entered, { method: "DELETE" });
    const message = `The token that Bitbucket made, and whose answer was lost, is deleted again. ${works}`;
    return { state: "unchanged", message: gone.status === 204 ? message : byHand, hostSaid: null };
  } catch (error) {
    return { state: "unclear", message: refuseThrown(error, host).message, hostSaid: null };
  }
}

/** Of our naming, made since, and never used: nobody has it. */
function isOrphan({ name, createdDate, lastAuthenticated }: z.infer<typeof row>, since: Date): boolean {
  const at = typeof createdDate === "number" ? createdDate : Date.parse(createdDate);
  return at >= since.getTime() - skewMs && lastAuthenticated == null && / \(since \d{4}-\d{2}-\d{2}\)$/.test(name);
}
