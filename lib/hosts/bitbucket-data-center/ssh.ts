import { createHash } from "node:crypto";
import { z } from "zod";
import type {
  Account,
  AddedSshKey,
  Connection,
  Entered,
  HostSshKey,
  NewSshKey,
  Refusal,
  SshGuideRequest,
  SshKeyList,
  SshSupport,
} from "../adapter";
import type { Answer } from "../answer";
import { quoteHost } from "../host-said";
import { trimSlash } from "./base-url";
import { ask, findUnsendable } from "./client";
import { isSignedIn, readError, refuse, refuseThrown, unsendable } from "./refusals";
import { readPage } from "./told";

/**
 * SSH on Bitbucket Data Center. The same keys open repositories and prove signatures (Sign commits and tags with SSH
 * keys, 9.2). Whether a token may add keys is unconfirmed and the documents speak against it: it is tried, and a 401
 * means to add the key by hand. A key may be on the system once, for anybody.
 */
const api = "/rest/ssh/latest/keys";

export const bitbucketDataCenterSsh: SshSupport = {
  algorithm: "ed25519",
  /** 7999 is the default; an administrator may have chosen another, and another host (/rest/ssh/latest/settings). */
  endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname, port: 7999 }),
  published: {},
  guide: guideSsh,
  keys: { needs: [], notFor: ["project-token", "repository-token"], list, add, remove },
  signing: "same",
};

function guideSsh({ baseUrl, use, version }: SshGuideRequest): { steps: readonly string[]; page: string } {
  const old = version === "personal-access-tokens";
  return {
    page: pageOf(baseUrl),
    steps: [
      "Sign in to Bitbucket, open your picture, then Manage account, then SSH keys.",
      "Choose Add key, and paste the public key.",
      ...(old ? [] : ["If it asks for an expiry, choose one that is no earlier than the credential's."]),
      use === "signing"
        ? "Save it. Releases from 8.15 on show commits that are signed with it as verified."
        : "Save it. A repository's clone address for SSH shows the server's name and port, mostly 7999.",
    ],
  };
}

function pageOf(baseUrl: string): string {
  return `${trimSlash(baseUrl)}/plugins/servlet/ssh/account/keys`;
}

const keyBody = z.object({ id: z.number().int().nonnegative(), text: z.string().max(20_000) });

async function list(host: Connection, entered: Entered): Promise<SshKeyList> {
  return attempt(host, entered, async () => {
    const keys: HostSshKey[] = [];
    // A person with more than this has other trouble.
    for (let start = 0, pages = 0; pages < 5; pages++) {
      const answer = await ask(host, `${api}?start=${start}&limit=100`, entered);
      const page = answer.status === 200 && isSignedIn(answer) ? readPage(answer.json) : null;
      if (!page) return refuseKeys(answer, host, entered);
      for (const row of page.values) {
        const key = keyBody.safeParse(row).data;
        const fingerprint = key && fingerprintOf(key.text);
        if (key && fingerprint) keys.push({ id: String(key.id), fingerprint, user: null });
      }
      start += page.values.length;
      if (page.isLastPage || page.values.length === 0) break;
    }
    return { ok: true, keys };
  });
}

async function add(host: Connection, entered: Entered, _account: Account, key: NewSshKey): Promise<AddedSshKey> {
  return attempt<AddedSshKey>(host, entered, async () => {
    const body = { text: key.publicKey, label: key.title };
    const answer = await ask(host, api, entered, { method: "POST", body });
    const made = [200, 201].includes(answer.status) ? keyBody.safeParse(answer.json).data : undefined;
    if (made) return { ok: true, id: String(made.id), user: null };
    const error = readError(answer);
    const hostSaid = quoteHost(error?.message, entered.token);
    if (answer.status === 409 && error) {
      const message =
        "Bitbucket has this key already, on an account or as an access key. Remove it there, or make a new key pair.";
      return { ok: false, reason: "duplicate", message, hostSaid };
    }
    if (answer.status === 400 && error) {
      const message =
        "Bitbucket does not take this key. Its administrator may allow only certain types or lengths, or demand an expiry.";
      return { ok: false, reason: "unexpected", message, hostSaid, url: pageOf(host.baseUrl), retryAt: null };
    }
    return refuseKeys(answer, host, entered);
  });
}

/** Bitbucket answers 204 for a key that is gone already. */
async function remove(
  host: Connection,
  entered: Entered,
  _account: Account,
  id: string,
): Promise<{ ok: true } | Refusal> {
  if (!/^\d{1,12}$/.test(id)) return unsendable("Bitbucket's keys have a number. Remove this key by hand.");
  return attempt<{ ok: true } | Refusal>(host, entered, async () => {
    const answer = await ask(host, `${api}/${id}`, entered, { method: "DELETE" });
    if (answer.status === 204 || (answer.status === 404 && readError(answer))) return { ok: true };
    return refuseKeys(answer, host, entered);
  });
}

async function attempt<Outcome>(
  host: Connection,
  entered: Entered,
  run: () => Promise<Outcome>,
): Promise<Outcome | Refusal> {
  const problem = findUnsendable(entered);
  if (problem) return unsendable(problem);
  try {
    return await run();
  } catch (error) {
    return refuseThrown(error, host);
  }
}

/** A token that works, but may not touch its user's keys, is the usual case. */
function refuseKeys(answer: Answer, host: Connection, entered: Entered): Refusal {
  const refusal = refuse(answer, host, entered);
  if (refusal.reason !== "insufficient-scope") return refusal;
  const message = "Bitbucket does not let this credential see or change SSH keys. Add or remove the key by hand.";
  return { ...refusal, message, url: pageOf(host.baseUrl) };
}

/** As OpenSSH shows it, from the key itself: releases write fingerprints in several ways. */
function fingerprintOf(text: string): string | null {
  const blob = text.trim().split(/\s+/)[1] ?? "";
  if (!/^[A-Za-z0-9+/]{40,}={0,2}$/.test(blob)) return null;
  const digest = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}
