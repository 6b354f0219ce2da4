import { createHash } from "node:crypto";
import { z } from "zod";
import type { Secret } from "../../secret";
import type { AddedSshKey, Connection, HostSshKey, Refusal, SshKeyApi, SshKeyList, SshSupport } from "../adapter";
import { type Answer, isSendable } from "../answer";
import { quoteHost } from "../host-said";
import { trimSlash } from "./base-url";
import { callApi } from "./client";
import type { Product } from "./product";
import { isLackingScope, isPublicOnly, messageOf, refuse, refuseThrown } from "./refusals";

/**
 * Git over SSH, and an account's one list of keys. A key in it verifies signatures too, once the account has proven with
 * a signature that it holds the private part (docs.gitea.com: administration/signing): the page shows what to run.
 */
export function sshOf(product: Product): SshSupport {
  return {
    algorithm: "ed25519",
    endpoint: (baseUrl) => ({ user: "git", host: new URL(baseUrl).hostname, port: 22 }),
    published: product.kind === "forgejo" ? { "codeberg.org": codeberg } : {},
    guide: ({ baseUrl, use }) => ({
      steps: [
        "Copy the public key.",
        `Open ${product.name}'s page of SSH keys, signed in as the account that the key is for, and press Add key.`,
        "Give it a name and paste the key as its content.",
        "Press Add key.",
        ...(use === "signing" ? verifying : []),
      ],
      page: `${trimSlash(baseUrl)}/user/settings/keys`,
    }),
    keys: keysOf(product),
    signing: "same",
  };
}

/** docs.codeberg.org/security/ssh-fingerprint: RSA, ECDSA and Ed25519. */
const codeberg = [
  "SHA256:6QQmYi4ppFS4/+zSZ5S4IU+4sa6rwvQ4PbhCtPEBekQ",
  "SHA256:T9FYDEHELhVkulEKKwge5aVhVTbqCW0MIRwAfpARs/E",
  "SHA256:mIlxA9k46MmM6qdJOdMnAQpzGxF4WIVVL+fj+wZbw0g",
];

const verifying = [
  "Press Verify beside the key. The page shows a token and a command that signs it; run the command where the private key is.",
  "Paste the signature into the page and press Verify. From then on commits that are signed with the key count as verified.",
];

/** Of the endpoints below /user/keys: write:user, and in 1.19 a scope of their own. */
function keysOf(product: Product): SshKeyApi {
  return {
    needs: ["write:user", "write:public_key"],
    notFor: [],

    async list(host, { token }): Promise<SshKeyList> {
      return attempt(product, host, token, async (fail) => {
        const keys: HostSshKey[] = [];
        for (let page = 1; page <= 20; page++) {
          const answer = await callApi(host, token, `/user/keys?limit=50&page=${page}`);
          const rows = answer.status === 200 ? keyList.safeParse(answer.json) : null;
          if (!rows?.success) return fail(answer);
          keys.push(...rows.data.map(readKey));
          // A server may give fewer rows than asked for.
          const total = Number.parseInt(answer.headers["x-total-count"] ?? "", 10);
          const isWhole = Number.isNaN(total) ? rows.data.length < 50 : keys.length >= total;
          if (rows.data.length === 0 || isWhole) break;
        }
        return { ok: true, keys };
      });
    },

    async add(host, { token }, _account, { title, publicKey }): Promise<AddedSshKey> {
      return attempt(product, host, token, async (fail) => {
        const post = (name: string) =>
          callApi(host, token, "/user/keys", {
            method: "POST",
            body: { title: name.slice(0, 50), key: publicKey, read_only: false },
          });
        let answer = await post(title);
        // Names are unique in an account: one that was kept from an earlier key must not stand in the way.
        if (answer.status === 422 && isTitleTaken(answer)) {
          answer = await post(`${title.slice(0, 38)} ${fingerprintOf(publicKey).slice(-8)}`);
        }
        const added = answer.status === 201 ? keyRow.safeParse(answer.json) : null;
        if (added?.success) return { ok: true, id: String(added.data.id), user: null };
        if (answer.status === 422 && /^Key content has been used\b/.test(messageOf(answer) ?? "")) {
          const message = `${product.name} knows this key already, in this account, in another one or as a deploy key. Remove it there, or make a new key.`;
          return { ok: false, reason: "duplicate", message, hostSaid: quoteHost(messageOf(answer), token) };
        }
        return fail(answer);
      });
    },

    async remove(host, { token }, _account, id): Promise<{ ok: true } | Refusal> {
      return attempt(product, host, token, async (fail) => {
        const answer = await callApi(host, token, `/user/keys/${encodeURIComponent(id)}`, { method: "DELETE" });
        if (answer.status === 204) return { ok: true };
        return answer.status === 404 && isGone(answer) ? { ok: true } : fail(answer);
      });
    },
  };
}

const keyRow = z.object({ id: z.number().int().positive() });
const keyList = z.array(keyRow.extend({ key: z.string().max(20_000) })).max(1000);

function readKey({ id, key }: { id: number; key: string }): HostSshKey {
  return { id: String(id), fingerprint: fingerprintOf(key), user: null };
}

/** Of a line of type, base64 and comment: as ssh-keygen writes it. */
function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(/\s+/)[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

function isTitleTaken(answer: Answer): boolean {
  return /^Key title has been used\b/.test(messageOf(answer) ?? "");
}

function isGone(answer: Answer): boolean {
  return /^(not found|The target couldn't be found)/.test(messageOf(answer) ?? "");
}

async function attempt<T>(
  product: Product,
  host: Connection,
  token: Secret,
  run: (fail: (answer: Answer) => Refusal) => Promise<T>,
): Promise<T | Refusal> {
  const { baseUrl } = host;
  try {
    if (!isSendable(token)) throw new Error("a token that no header can carry");
    return await run((answer) => judge(product, baseUrl, token, answer));
  } catch (error) {
    return refuseThrown(error, { product, baseUrl });
  }
}

/** Why the keys could not be read or changed. */
function judge(product: Product, baseUrl: string, token: Secret, answer: Answer): Refusal {
  const refusal = refuse(answer, { product, baseUrl, token, release: null });
  if (isLackingScope(answer) || isPublicOnly(answer)) return refusal;
  const said = messageOf(answer);
  if (
    [403, 404].includes(answer.status) &&
    said !== null &&
    refusal.reason !== "blocked" &&
    refusal.reason !== "rejected"
  ) {
    const message = `${product.name} does not let this account manage its SSH keys here. Add the key by hand, or ask the server's administrator.`;
    return { ...refusal, reason: "unexpected", message, hostSaid: quoteHost(said, token), url: null };
  }
  if (answer.status !== 422) return refusal;
  const message = `${product.name} does not take this key. Add it by hand to see why.`;
  return { ...refusal, reason: "unexpected", message, hostSaid: quoteHost(said, token), url: null };
}
