import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeKeyPair } from "../hosts/ssh/key-pair";
import { checkSshKey } from "./check";
import { createSshKeysFixture, type SshKeysFixture } from "./fixture";
import { makeSshKey } from "./make";
import { nameSshUser } from "./name-ssh-user";
import { type OpenedKey, openPrivateKey } from "./open";
import { regenerateSshKey } from "./regenerate";
import type { SshKeyPoint } from "./ssh-key";
import { uploadSshKey } from "./upload";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "forgepass-git-"));
let f: SshKeysFixture;
let count = 0;

beforeAll(async () => {
  f = await createSshKeysFixture();
  await git(["init", "-q", "--bare", "-b", "main", join(f.sshd.folder, "repo.git")]);
  const work = fresh();
  await git(["init", "-q", "-b", "main", work]);
  writeFileSync(join(work, "README"), "hello\n");
  await git(["add", "."], work);
  await git(["commit", "-q", "-m", "first"], work);
  await git(["push", "-q", join(f.sshd.folder, "repo.git"), "main"], work);
});
afterAll(async () => {
  await f.drop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await f.database.query(`DELETE FROM "Credential"`);
  await f.database.query(`DELETE FROM "HostKey"`);
  await f.confirmAll();
});

function fresh(): string {
  count += 1;
  const path = join(folder, String(count));
  mkdirSync(path);
  return path;
}

/** Nothing of whoever runs the tests: no settings, no agent, no keys, no known hosts. */
async function git(args: string[], cwd = folder, env: Record<string, string> = {}): Promise<string> {
  const clean = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH ?? "",
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Alice",
    GIT_AUTHOR_EMAIL: "alice@example.com",
    GIT_COMMITTER_NAME: "Alice",
    GIT_COMMITTER_EMAIL: "alice@example.com",
  };
  const { stdout, stderr } = await run("git", args, { cwd, env: { ...clean, ...env } });
  return stdout + stderr;
}

function sshCommand(key: Pick<OpenedKey, "privateKey" | "knownHosts">): string {
  const home = fresh();
  writeFileSync(join(home, "key"), key.privateKey.reveal(), { mode: 0o600 });
  writeFileSync(join(home, "known_hosts"), `${key.knownHosts.join("\n")}\n`);
  const options = [
    "BatchMode=yes",
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${home}/known_hosts`,
    "GlobalKnownHostsFile=/dev/null",
  ];
  return ["ssh", "-F", "/dev/null", "-i", `${home}/key`, ...options.flatMap((one) => ["-o", one])].join(" ");
}

/** @param work done in the clone, with the same key */
async function clone(key: OpenedKey, work: (into: string, env: Record<string, string>) => unknown = () => {}) {
  const { user, host, port } = key.endpoint ?? { user: "", host: "", port: 0 };
  const url = `ssh://${user}@${host}:${port}${f.sshd.folder}/repo.git`;
  const into = join(fresh(), "clone");
  const env = { GIT_SSH_COMMAND: sshCommand(key) };
  await git(["clone", "-q", url, into], folder, env);
  await work(into, env);
  return await git(["log", "--format=%s"], into);
}

async function opened(point: SshKeyPoint): Promise<OpenedKey> {
  const key = await openPrivateKey(f.alice, point);
  if (!key.ok) throw new Error(key.error.message);
  return key.value;
}

async function uploadedKey(): Promise<SshKeyPoint> {
  const point = await f.addCredential();
  expect(await makeSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "new" } });
  expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: true, value: { was: "added" } });
  f.syncKeys();
  return point;
}

describe("git over SSH with the stored key", () => {
  it("clones and pushes once the key is uploaded", async () => {
    const point = await uploadedKey();
    const key = await opened(point);
    expect(await clone(key)).toBe("first\n");
    await clone(key, (into, env) => git(["push", "-q", "origin", "HEAD:refs/heads/side"], into, env));
    expect(await git(["branch", "--list", "side"], join(f.sshd.folder, "repo.git"))).toContain("side");
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "known", stateDetail: null } });
  });

  it("refuses the old key after a new pair was made, and takes the new one", async () => {
    const point = await uploadedKey();
    const old = await opened(point);
    const made = await regenerateSshKey(f.alice, point);
    expect(made).toMatchObject({ ok: true, value: { key: { state: "new" }, old: { outcome: "removed" } } });
    f.syncKeys();
    await expect(clone(old)).rejects.toThrow(/Permission denied/);
    const next = await opened(point);
    await expect(clone(next)).rejects.toThrow(/Permission denied/);
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "unknown" } });
    expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: true, value: { was: "added" } });
    f.syncKeys();
    expect(await clone(next)).toBe("first\n");
    await expect(clone(old)).rejects.toThrow(/Permission denied/);
  });

  it("stops at a changed host key, in git and in the check, until an admin has replaced it", async () => {
    const point = await uploadedKey();
    const key = await opened(point);
    await f.sshd.replaceHostKeys();
    await expect(clone(key)).rejects.toThrow(/Host key verification failed/);
    const check = await checkSshKey(f.alice, point);
    expect(check).toMatchObject({
      ok: true,
      value: { state: "unclear", stateDetail: expect.stringContaining("changed") },
    });
    await expect(f.confirmAll()).rejects.toThrow("Replace it only when you know why");
    await f.confirmAll(true);
    await expect(clone(key)).rejects.toThrow(/Host key verification failed/);
    expect(await clone(await opened(point))).toBe("first\n");
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "known" } });
  });

  it("hands out no key for a server whose host keys nobody knows", async () => {
    const point = await uploadedKey();
    await f.database.query(`DELETE FROM "HostKey"`);
    expect(await openPrivateKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
  });

  it("works with RSA, added by hand, and with a user name that the host gives the key", async () => {
    const point = await addToRsaHost();
    const made = await makeSshKey(f.alice, point);
    if (!made.ok) throw new Error(made.error.message);
    expect(made.value).toMatchObject({ algorithm: "rsa", needsSshUser: true, upload: { can: false } });
    expect(made.value.endpoint).toBe(`127.0.0.1:${f.sshd.port}`);
    f.sshd.authorise([made.value.publicKey]);
    expect(await openPrivateKey(f.alice, point)).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(await checkSshKey(f.alice, point)).toMatchObject({
      ok: true,
      value: { state: "unclear", stateDetail: expect.stringContaining("user name of its own") },
    });
    await nameSshUser(f.alice, { ...point, sshUser: f.sshd.user });
    expect(await checkSshKey(f.alice, point)).toMatchObject({ ok: true, value: { state: "known" } });
    const key = await opened(point);
    expect(await clone(key)).toBe("first\n");
    const next = await regenerateSshKey(f.alice, point);
    if (!next.ok) throw new Error(next.error.message);
    expect(next.value).toMatchObject({ key: { algorithm: "rsa", sshUser: null }, old: { outcome: "left" } });
    f.sshd.authorise([next.value.key.publicKey]);
    await expect(clone(key)).rejects.toThrow(/Permission denied/);
    await nameSshUser(f.alice, { ...point, sshUser: f.sshd.user });
    expect(await clone(await opened(point))).toBe("first\n");
  }, 60_000);
});

/** CodeCommit takes RSA only and names no user; without an account its API cannot be asked. */
async function addToRsaHost(): Promise<SshKeyPoint> {
  const [codeHostId, credentialId] = [randomUUID(), randomUUID()];
  await f.database.query(`DELETE FROM "CodeHost" WHERE kind = 'aws-codecommit'`);
  await f.database.query(
    `INSERT INTO "CodeHost" (id, kind, name, "baseUrl", "gitOverSsh", "sshAddress", "updatedAt")
     VALUES ($1, 'aws-codecommit', 'CodeCommit', 'https://git-codecommit.eu-west-1.amazonaws.com', true, $2, now())`,
    [codeHostId, `127.0.0.1:${f.sshd.port}`],
  );
  await f.database.query(
    `INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome, "updatedAt")
     SELECT $1, id, $3, 'access-key', 'none', 'none', "baseUrl", '', '', 'unchecked', now() FROM "CodeHost" WHERE id = $2`,
    [credentialId, codeHostId, f.alice.id],
  );
  await f.confirmAll(false, codeHostId);
  return { owner: { type: "user", id: f.alice.id }, credentialId, use: "git" };
}

describe("signing commits with the stored key", () => {
  it("makes signatures that git verifies against the public key, and no others", async () => {
    const point: SshKeyPoint = { ...(await f.addCredential()), use: "signing" };
    const made = await makeSshKey(f.alice, point);
    expect(await uploadSshKey(f.alice, point)).toMatchObject({ ok: true });
    expect(f.github.sshKeys().map(({ list }) => list)).toContain("ssh_signing_keys");
    const key = await opened(point);
    expect(key.endpoint).toBeNull();
    const work = fresh();
    writeFileSync(join(work, "key"), key.privateKey.reveal(), { mode: 0o600 });
    const allow = (publicKey: string) => writeFileSync(join(work, "allowed"), `alice@example.com ${publicKey}\n`);
    const signed = ["-c", "gpg.format=ssh", "-c", `user.signingkey=${work}/key`];
    const verified = ["-c", "gpg.format=ssh", "-c", `gpg.ssh.allowedSignersFile=${work}/allowed`];
    await git(["init", "-q", "-b", "main", join(work, "repo")]);
    await git([...signed, "commit", "-q", "-S", "--allow-empty", "-m", "signed"], join(work, "repo"));
    allow(key.publicKey);
    const said = await git([...verified, "verify-commit", "-v", "HEAD"], join(work, "repo"));
    expect(said).toContain('Good "git" signature for alice@example.com');
    expect(said).toContain(made.ok ? made.value.fingerprint : "");
    allow((await makeKeyPair("ed25519", "another")).publicKey);
    await expect(git([...verified, "verify-commit", "HEAD"], join(work, "repo"))).rejects.toThrow(
      /No principal matched/,
    );
  });
});
