import { setTimeout } from "node:timers/promises";
import { connect } from "../code-hosts/connect";
import { askHost } from "../credentials/verify";
import type { Account, Adapter, Entered, NeedsPassword, Refusal, Revoked } from "../hosts/adapter";
import { echoes } from "../hosts/host-said";
import { asRefusal } from "../hosts/http";
import type { Secret } from "../secret";

/**
 * The two questions to a code host about a token that is to die: please end it, and does it still work? Both over the
 * guarded transport, each with a deadline of its own. An answer that hands a secret back is not taken.
 */
export interface HostAddress {
  baseUrl: string;
  caCertificate: string | null;
}

export async function askToRevoke(
  adapter: Adapter,
  host: HostAddress,
  entered: Entered,
  { account, password }: { account: Account | null; password: Secret | null },
): Promise<Revoked | (Refusal & NeedsPassword)> {
  if (adapter.revoke === null) throw new Error(`${adapter.kind} does not revoke`);
  const name = new URL(host.baseUrl).host;
  try {
    const answer = await adapter.revoke.revoke(connect(adapter, host), entered, account, { password });
    const secrets = [entered.token, ...Object.values(entered.secrets), ...(password ? [password] : [])];
    return secrets.some((secret) => echoes(answer, secret)) ? { ...answer, hostSaid: null } : answer;
  } catch (error) {
    return asRefusal(error, name);
  }
}

/** dead: the host itself refuses the token. alive: it still takes it. unclear: nobody can say; why, and until when. */
export type Proof =
  | { is: "dead"; hostSaid: string | null }
  | { is: "alive"; account: Account | null }
  | { is: "unclear"; message: string; retryAt: Date | null };

/** What the host says of a token that is dead; a blocked one may live again. */
const DEAD: readonly string[] = ["rejected", "revoked", "expired"];

/**
 * Asks until it is dead, or there are no tries left: some hosts end a token a little after they said so.
 * @param waitsMs before each further try
 */
export async function proveDead(
  adapter: Adapter,
  host: HostAddress,
  entered: Entered,
  waitsMs: readonly number[] = [],
): Promise<Proof> {
  const proof = await proveOnce(adapter, host, entered);
  const [wait, ...rest] = waitsMs;
  if (proof.is !== "alive" || wait === undefined) return proof;
  await setTimeout(wait);
  return await proveDead(adapter, host, entered, rest);
}

async function proveOnce(adapter: Adapter, host: HostAddress, entered: Entered): Promise<Proof> {
  const verdict = await askHost(adapter, connect(adapter, host), entered);
  if (verdict.ok) return { is: "alive", account: verdict.account };
  const { reason, message, hostSaid, retryAt } = verdict;
  if (DEAD.includes(reason)) return { is: "dead", hostSaid };
  // It was known, and refused for something else.
  const isKnown = ["sso-required", "insufficient-scope", "blocked"].includes(reason);
  return isKnown ? { is: "alive", account: null } : { is: "unclear", message, retryAt };
}
