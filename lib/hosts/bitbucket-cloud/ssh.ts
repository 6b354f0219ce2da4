import { z } from "zod";
import type {
  Account,
  AddedSshKey,
  Connection,
  Entered,
  HostSshKey,
  NewSshKey,
  Refusal,
  SshKeyList,
  SshSupport,
} from "../adapter";
import { quoteHost } from "../host-said";
import { fingerprint } from "../ssh/public-key";
import { siteOrigin } from "./base-url";
import { ask, authorize } from "./client";
import { findUnsendable, refuse, refuseThrown, wordsOf } from "./refusals";

/**
 * SSH keys of a Bitbucket account. One list serves Git and signatures (support.atlassian.com, "Use SSH keys to sign
 * commits"), and a key can be in one account only. Access tokens have no account and so no keys.
 */
export const bitbucketCloudSsh: SshSupport = {
  algorithm: "ed25519",
  endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname.replace(/[[\]]/g, ""), port: 22 }),
  /** support.atlassian.com, "Configure SSH and two-step verification": ECDSA, Ed25519, RSA; the same as of bitbucket.org/site/ssh. */
  published: {
    "bitbucket.org": [
      "SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM",
      "SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0",
      "SHA256:46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E",
    ],
  },
  guide: ({ baseUrl, use }) => ({
    steps: [
      "Open the SSH keys of your Bitbucket account. Sign in as the account that the key is for.",
      "Choose Add key, and give it a label that you will know again.",
      "Paste the public key as it is shown here, in one line, and save.",
      use === "signing"
        ? "Bitbucket marks commits as verified that are signed with it under your account's e-mail address."
        : "The key may be in one Bitbucket account only, and in no repository's access keys.",
    ],
    page: keyPage(baseUrl),
  }),
  keys: {
    needs: ["write:ssh-key:bitbucket"],
    notFor: ["repository-token", "project-token", "workspace-token", "app-password"],
    list: listKeys,
    add: addKey,
    remove: removeKey,
  },
  signing: "same",
};

function keyPage(baseUrl: string): string {
  return `${siteOrigin(baseUrl)}/account/settings/ssh-keys/`;
}

const keyBody = z.object({
  uuid: z.string().regex(/^\{?[0-9a-fA-F-]{36}\}?$/),
  key: z.string().max(20_000),
});

const mostPages = 5;

async function listKeys(host: Connection, entered: Entered, account: Account): Promise<SshKeyList> {
  return guarded(host, entered, async (authorization) => {
    const keys: HostSshKey[] = [];
    for (let page = 1; page <= mostPages; page++) {
      const answer = await ask(host, authorization, `${pathOf(account)}?pagelen=100&page=${page}`);
      const body = answer.status === 200 ? z.object({ values: z.array(keyBody) }).safeParse(answer.json).data : null;
      if (!body) return refuse(answer, { baseUrl: host.baseUrl, entered });
      keys.push(...body.values.map(({ uuid, key }) => ({ id: uuid, fingerprint: fingerprintOf(key), user: null })));
      // The link itself is not followed: where it leads is the host's to say.
      if (typeof (answer.json as { next?: unknown }).next !== "string") break;
    }
    return { ok: true, keys };
  });
}

async function addKey(host: Connection, entered: Entered, account: Account, key: NewSshKey): Promise<AddedSshKey> {
  return guarded(host, entered, async (authorization): Promise<AddedSshKey> => {
    const body = { key: key.publicKey, label: key.title };
    const answer = await ask(host, authorization, pathOf(account), { method: "POST", body });
    const added = answer.status === 201 || answer.status === 200 ? keyBody.safeParse(answer.json).data : null;
    if (added) return { ok: true, id: added.uuid, user: null };
    const words = answer.status === 400 || answer.status === 409 ? wordsOf(answer) : null;
    if (words === null) return refuse(answer, { baseUrl: host.baseUrl, entered });
    const hostSaid = quoteHost(words, entered.token);
    if (isDuplicate(words)) {
      const message =
        "Bitbucket has this key already, in this account or another, or had it in the last 30 days. Make a new key.";
      return { ok: false, reason: "duplicate", message, hostSaid };
    }
    const message = "Bitbucket does not take this key. Add it by hand to see why.";
    return { ok: false, reason: "unexpected", message, hostSaid, url: keyPage(host.baseUrl), retryAt: null };
  });
}

async function removeKey(
  host: Connection,
  entered: Entered,
  account: Account,
  id: string,
): Promise<{ ok: true } | Refusal> {
  return guarded(host, entered, async (authorization) => {
    const path = `${pathOf(account)}/${encodeURIComponent(id)}`;
    const answer = await ask(host, authorization, path, { method: "DELETE" });
    if (answer.status === 204) return { ok: true };
    if (answer.status === 404) {
      // Gone, or hidden: the list tells.
      const left = await listKeys(host, entered, account);
      if (!left.ok) return left;
      if (!left.keys.some((key) => key.id === id)) return { ok: true };
    }
    return refuse(answer, { baseUrl: host.baseUrl, entered });
  });
}

async function guarded<Done extends { ok: boolean }>(
  host: Connection,
  entered: Entered,
  run: (authorization: string | null) => Promise<Done | Refusal>,
): Promise<Done | Refusal> {
  const unsendable = findUnsendable(entered);
  if (unsendable) return unsendable;
  try {
    return await run(authorize(entered));
  } catch (error) {
    return refuseThrown(error, host.baseUrl);
  }
}

function pathOf(account: Account): string {
  return `/users/${encodeURIComponent(account.id)}/ssh-keys`;
}

/** The sentences of confluence.atlassian.com/bbkb (both ages of the first) and of "SSH keys must be unique". */
function isDuplicate(words: string): boolean {
  return /\balready (added|registered) that SSH key\b|\bSSH keys must be unique\b/i.test(words);
}

/** Bitbucket tells it without its prefix, and may tell it otherwise one day: the key itself decides. */
function fingerprintOf(key: string): string {
  return fingerprint(key.trim().split(/\s+/)[1] ?? "");
}
