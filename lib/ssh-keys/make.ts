import { createHash, randomUUID } from "node:crypto";
import type { Actor } from "../authz";
import { change, isConflict } from "../db";
import { env } from "../env";
import type { SshUse } from "../hosts/adapter";
import { type KeyPair, makeKeyPair } from "../hosts/ssh/key-pair";
import type { Tx } from "../prisma";
import type { CodeHost } from "../prisma-client/client";
import { fail, ok, type Result } from "../result";
import { type Found, findCredential, keyDetails, keyTarget } from "./find";
import { sealPrivateKey, unsealPrivateKey } from "./seal-key";
import { KEY_COLUMNS, type SshKeyPoint, type SshKeySummary, summariseKey } from "./ssh-key";
import { recordKey } from "./write-state";

/**
 * Makes the key pair of a credential: one for git, and one for signatures. The private part is sealed before it is
 * stored, and never leaves by any list. Of two who make one at once, one succeeds.
 * @param sameAsGit signatures are made with the key for git, not with one of their own
 */
export async function makeSshKey(
  actor: Actor,
  point: SshKeyPoint,
  { sameAsGit = false }: { sameAsGit?: boolean } = {},
): Promise<Result<SshKeySummary>> {
  const found = await findCredential(actor, point);
  if (!found.ok) return found;
  const { permit, row, host, keys } = found.value;
  if (keys.some(({ use }) => use === point.use)) return alreadyMade(host);
  const refusal = refuseUse(found.value, point.use);
  if (refusal) return refusal;
  const isCopy = sameAsGit && point.use === "signing";
  const pair = isCopy ? await copyPair(found.value) : ok(await makePair(found.value, point.use));
  if (!pair.ok) return pair;
  const fresh = await sealPair(pair.value, { id: randomUUID(), version: 1, host });
  try {
    const stored = await change(permit, async (tx) => {
      await refuseWhenMoved(tx, host);
      if (isCopy) await refuseWhenReplaced(tx, row.id, fresh.fingerprint);
      const value = await tx.sshKey.create({
        data: { ...fresh, credentialId: row.id, use: point.use },
        select: KEY_COLUMNS,
      });
      const details = { ...keyDetails(found.value, value), isCopy, version: 1, sealDigest: digest(fresh.sealed) };
      const target = keyTarget(host, value.id);
      return { value, audit: { action: "ssh-key.make", target, outcome: "ok", details } };
    });
    return ok(summariseKey(stored, found.value));
  } catch (error) {
    if (error instanceof Outrun) return outrun();
    if (isConflict(error)) return alreadyMade(host);
    throw error;
  }
}

export function refuseUse({ host, adapter }: Pick<Found, "host" | "adapter">, use: SshUse) {
  if (use === "git" && !host.gitOverSsh) {
    return fail("conflict", `${host.name} is set to Git over HTTPS, which needs no key. A site admin can change that.`);
  }
  if (use === "signing" && adapter.ssh.signing === "none") {
    return fail("conflict", `${adapter.name} keeps no keys for signatures, so it would show none as verified.`);
  }
  return null;
}

export async function makePair({ adapter }: Pick<Found, "adapter">, use: SshUse): Promise<KeyPair> {
  return await makeKeyPair(adapter.ssh.algorithm, keyTitle(use).replace(" ", "@"));
}

/** A pair as columns, its private part sealed for its row and version. */
export async function sealPair(
  { privateKey, ...pair }: KeyPair,
  { id, version, host }: { id: string; version: number; host: Pick<CodeHost, "baseUrl"> },
) {
  const sealed = await sealPrivateKey(privateKey, { rowId: id, version, host });
  return { id, version, ...pair, ...sealed, sealedFor: host.baseUrl };
}

/** The pair that the credential has for git, opened so that signatures can be made with it too. */
async function copyPair(found: Found): Promise<Result<KeyPair>> {
  const git = found.keys.find(({ use }) => use === "git");
  if (!git) return fail("conflict", "There is no key for git to sign with. Make one of its own.");
  const { publicKey, fingerprint, algorithm } = git;
  await recordKey(found, git, {
    action: "ssh-key.open",
    outcome: "ok",
    details: { version: git.version, for: "signing" },
  });
  const privateKey = await unsealPrivateKey(found, git);
  if (!privateKey.ok) return privateKey;
  return ok({
    algorithm: algorithm === "rsa" ? "rsa" : "ed25519",
    publicKey,
    fingerprint,
    privateKey: privateKey.value,
  });
}

/** What the key is called where the host lists it: "forgepass portal.example.com". */
export function keyTitle(use: SshUse): string {
  return `forgepass${use === "signing" ? "-signing" : ""} ${new URL(env().publicUrl).host}`;
}

export function digest(sealed: string): string {
  return createHash("sha256").update(sealed).digest("base64url");
}

export class Outrun extends Error {}

export function outrun() {
  return fail("conflict", "Somebody changed this meanwhile. Reload the page and try again.");
}

export async function refuseWhenMoved(tx: Tx, host: { id: string; baseUrl: string }): Promise<void> {
  const [still] = await tx.$queryRaw<{ baseUrl: string }[]>`
    SELECT "baseUrl" FROM "CodeHost" WHERE id = ${host.id}::uuid FOR SHARE`;
  if (still?.baseUrl !== host.baseUrl) throw new Outrun();
}

/** Held to the end of the transaction: a copy of a key that is being replaced would stay behind. */
async function refuseWhenReplaced(tx: Tx, credentialId: string, fingerprint: string): Promise<void> {
  const [still] = await tx.$queryRaw<{ fingerprint: string }[]>`
    SELECT fingerprint FROM "SshKey" WHERE "credentialId" = ${credentialId}::uuid AND use = 'git' FOR SHARE`;
  if (still?.fingerprint !== fingerprint) throw new Outrun();
}

function alreadyMade(host: { name: string }) {
  return fail("conflict", `There is a key for ${host.name} already. Make a new pair in its place instead.`);
}
