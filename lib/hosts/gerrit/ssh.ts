import { createHash } from "node:crypto";
import { z } from "zod";
import type {
  AddedSshKey,
  Connection,
  Entered,
  HostSshKey,
  NewSshKey,
  Refusal,
  SshKeyList,
  SshSupport,
} from "../adapter";
import { type Answer, get, readCredentials, send } from "./client";
import { guideGerritSsh } from "./guide";
import { incomplete, isNotFound, nothingEntered, quote, refuse, refuseThrown } from "./refusals";

/**
 * Git over Gerrit's own SSH server, and the keys of an account. Each account signs in with its username, so the
 * endpoint has no user. Gerrit takes no signing keys for SSH; it checks signatures of pushes by GPG only.
 */
export const gerritSsh: SshSupport = {
  algorithm: "ed25519",
  /** 29418 is sshd.listenAddress' default; /ssh_info tells another one, or that there is none. */
  endpoint: (baseUrl) => ({ user: null, host: new URL(baseUrl).hostname.replace(/^\[|\]$/g, ""), port: 29418 }),
  published: {},
  guide: guideGerritSsh,
  keys: { needs: [], notFor: [], list: listKeys, add: addKey, remove: removeKey },
  signing: "none",
};

/** SshKeyInfo. A key that Gerrit cannot use has `valid` false. */
const keyBody = z.object({
  seq: z.number().int().positive(),
  ssh_public_key: z.string().max(20_000),
  encoded_key: z.string().max(20_000).nullish(),
  valid: z.boolean().nullish(),
});

type KeyRow = z.infer<typeof keyBody>;

async function listKeys(host: Connection, entered: Entered, account: { login: string }): Promise<SshKeyList> {
  return ask(host, entered, async (credentials) => {
    const answer = await get(host, "/a/accounts/self/sshkeys", credentials);
    const parsed = answer.status === 200 ? z.array(keyBody).max(1000).safeParse(answer.json) : null;
    if (!parsed?.success) return refuse(answer, host, entered);
    return { ok: true, keys: parsed.data.map((row) => asHostKey(row, account.login)) };
  });
}

function asHostKey(row: KeyRow, user: string): HostSshKey {
  const encoded = row.encoded_key || row.ssh_public_key.trim().split(/\s+/)[1] || "";
  const digest = createHash("sha256").update(Buffer.from(encoded, "base64")).digest("base64");
  return { id: String(row.seq), fingerprint: `SHA256:${digest.replace(/=+$/, "")}`, user };
}

/** AddSshKey answers 201, the documentation says 200. A key that is there already is answered with its own number. */
async function addKey(
  host: Connection,
  entered: Entered,
  account: { login: string },
  { publicKey }: NewSshKey,
): Promise<AddedSshKey> {
  return ask(host, entered, async (credentials) => {
    const answer = await send(host, "POST", "/a/accounts/self/sshkeys", credentials, {
      headers: { accept: "application/json", "content-type": "text/plain" },
      body: publicKey.trim(),
    });
    const parsed = [200, 201].includes(answer.status) ? keyBody.safeParse(answer.json) : null;
    if (!parsed?.success) return refuseKey(answer, host, entered);
    if (parsed.data.valid === false) {
      return incomplete(
        "Gerrit has kept this key but cannot use its kind. Delete it on the settings page and add another.",
      );
    }
    return { ok: true, id: String(parsed.data.seq), user: account.login };
  });
}

function refuseKey(answer: Answer, host: Connection, entered: Entered): Refusal {
  if (answer.status !== 400) return refuse(answer, host, entered);
  const message = "Gerrit does not take this public key. Make a new pair and try again.";
  return { ...incomplete(message), hostSaid: quote(answer.text, entered) };
}

/** DELETE /accounts/self/sshkeys/{seq} → 204; a number that is gone is a 404. */
async function removeKey(
  host: Connection,
  entered: Entered,
  _account: unknown,
  id: string,
): Promise<{ ok: true } | Refusal> {
  if (!/^\d{1,9}$/.test(id)) return incomplete("This is not a key of Gerrit. Remove it on Gerrit's settings page.");
  return ask(host, entered, async (credentials) => {
    const answer = await send(host, "DELETE", `/a/accounts/self/sshkeys/${id}`, credentials, { headers: {} });
    return answer.status === 204 || isNotFound(answer) ? { ok: true } : refuse(answer, host, entered);
  });
}

async function ask<Outcome>(
  host: Connection,
  entered: Entered,
  run: (credentials: NonNullable<ReturnType<typeof readCredentials>>) => Promise<Outcome>,
): Promise<Outcome | Refusal> {
  const credentials = readCredentials(entered);
  if (!credentials) return incomplete(nothingEntered);
  try {
    return await run(credentials);
  } catch (error) {
    return refuseThrown(error, host);
  }
}
