import { createHash, randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Account } from "../adapter";
import { type AwsSimulator, startAwsSimulator } from "../simulators/aws";
import { fail } from "../simulators/aws-answers";
import type { AwsStatement } from "../simulators/aws-state";
import { awsSsh } from "./ssh";
import { connect, enter } from "./wire-fixture";

/** One line, as OpenSSH writes it. Nobody knows its private part: making a real pair takes seconds on a busy machine. */
function makePublicKey(bits: number): string {
  const n = randomBytes(bits / 8);
  n[0] = (n[0] ?? 0) | 0x80;
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const modulus = Buffer.concat([Buffer.from([0]), n]);
  const body = Buffer.concat([field(Buffer.from("ssh-rsa")), field(Buffer.from([1, 0, 1])), field(modulus)]);
  return `ssh-rsa ${body.toString("base64")} Forgepass, für alice`;
}

function fingerprintOf(publicKey: string): string {
  const bytes = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "")}`;
}

describe("SSH keys", () => {
  const publicKey = makePublicKey(2048);
  let host: AwsSimulator;
  beforeAll(async () => {
    host = await startAwsSimulator();
  });
  afterAll(() => host.close());
  afterEach(() => host.respondAt("UploadSSHPublicKey", null));

  let users = 0;
  function become(statements?: AwsStatement[]) {
    const name = `user${users++}`;
    const key = host.addKey({ user: { name, ...(statements && { statements }) } });
    const account: Account = { id: key.user.id, login: name, name: null, url: null, isBot: false };
    const connection = connect(host.baseUrl);
    const entered = enter(key);
    return {
      user: key.user,
      add: (body: string) =>
        awsSsh.keys?.add(connection, entered, account, { publicKey: body, title: "Forgepass", use: "git" }),
      list: () => awsSsh.keys?.list(connection, entered, account, "git"),
      remove: (id: string) => awsSsh.keys?.remove(connection, entered, account, id, "git"),
      as: (login: string) => awsSsh.keys?.list(connection, entered, { ...account, login }, "git"),
    };
  }

  it("uploads a key, finds it by its fingerprint, and takes it away, which may be said twice", async () => {
    const alice = become();
    const added = await alice.add(publicKey);
    expect(added).toEqual({ ok: true, id: expect.stringMatching(/^APKA\w{16}$/), user: expect.any(String) });
    if (!added?.ok) return;
    expect(added.user).toBe(added.id);
    expect(await alice.list()).toEqual({
      ok: true,
      keys: [{ id: added.id, fingerprint: fingerprintOf(publicKey), user: added.id }],
    });
    expect(await alice.remove(added.id)).toEqual({ ok: true });
    expect(await alice.remove(added.id)).toEqual({ ok: true });
    expect(await alice.list()).toEqual({ ok: true, keys: [] });
  });

  it("sends no comment, which IAM neither keeps nor reads in every script", async () => {
    const alice = become();
    await alice.add(publicKey);
    expect(alice.user.sshKeys[0]?.body).toBe(publicKey.split(" ").slice(0, 2).join(" "));
  });

  it("leaves out a key that is switched off, as it opens nothing", async () => {
    const alice = become();
    await alice.add(publicKey);
    for (const key of alice.user.sshKeys) key.status = "Inactive";
    expect(await alice.list()).toEqual({ ok: true, keys: [] });
  });

  it("calls a key that the user has already a duplicate", async () => {
    const alice = become();
    await alice.add(publicKey);
    expect(await alice.add(publicKey)).toMatchObject({
      ok: false,
      reason: "duplicate",
      message: expect.stringMatching(/\.$/),
      hostSaid: expect.stringMatching(/already associated/),
    });
  });

  it("explains the limit of five", async () => {
    const alice = become();
    for (let count = 0; count < 5; count++) await alice.add(makePublicKey(2048));
    expect(await alice.add(publicKey)).toMatchObject({ ok: false, message: expect.stringMatching(/five SSH keys/) });
  });

  it.each([
    ["an Ed25519 key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExampleExam"],
    ["an RSA key of 1024 bits", makePublicKey(1024)],
  ])("says of %s what AWS takes", async (_what, body) => {
    expect(await become().add(body)).toMatchObject({
      ok: false,
      reason: "unexpected",
      message: expect.stringMatching(/RSA keys of 2048 bits and more only/),
    });
  });

  it("names the permission that is missing", async () => {
    const nobody = become([]);
    const lacking = { ok: false, reason: "insufficient-scope" };
    expect(await nobody.add(publicKey)).toMatchObject({
      ...lacking,
      message: expect.stringMatching(/iam:UploadSSHPublicKey/),
    });
    expect(await nobody.list()).toMatchObject({ ...lacking, message: expect.stringMatching(/iam:ListSSHPublicKeys/) });
    expect(await nobody.remove("APKAEIBAERJR2EXAMPLE")).toMatchObject({
      ...lacking,
      message: expect.stringMatching(/iam:DeleteSSHPublicKey/),
    });
  });

  it("says that a role has none", async () => {
    expect(await become().as("ci/run-7")).toMatchObject({ ok: false, message: expect.stringMatching(/A role has no/) });
  });

  it.each([
    ["a page", { status: 200, headers: { "content-type": "text/html" }, body: "<title>Sign in</title>" }],
    ["a server error", { status: 500, body: "" }],
    ["an answer without an id", { status: 200, headers: { "content-type": "text/xml" }, body: "<AResponse/>" }],
    ["too many requests", fail("iam", 400, "Throttling", "Rate exceeded")],
  ])("%s is no upload", async (_what, response) => {
    host.respondAt("UploadSSHPublicKey", response);
    expect(await become().add(publicKey)).toMatchObject({ ok: false });
  });

  it("a page in place of a removal is no removal", async () => {
    host.respondAt("DeleteSSHPublicKey", {
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<html><body>Sign in</body></html>",
    });
    expect(await become().remove("APKAEIBAERJR2EXAMPLE")).toMatchObject({ ok: false });
    host.respondAt("DeleteSSHPublicKey", null);
  });
});

describe("where the SSH server is", () => {
  it.each([
    ["https://git-codecommit.eu-west-1.amazonaws.com", "git-codecommit.eu-west-1.amazonaws.com"],
    ["https://git-codecommit.cn-north-1.amazonaws.com.cn", "git-codecommit.cn-north-1.amazonaws.com.cn"],
    ["http://127.0.0.1:4566/us-east-1", "127.0.0.1"],
  ])("%s: %s, and each key has its own user", (baseUrl, host) => {
    expect(awsSsh.endpoint(baseUrl)).toEqual({ user: null, host, port: 22 });
  });

  it("the published fingerprints are whole, for hosts that are such endpoints, and none twice", () => {
    const rows = Object.entries(awsSsh.published);
    expect(rows.length).toBeGreaterThan(20);
    for (const [host, fingerprints] of rows) {
      expect(host).toMatch(/^git-codecommit\.[a-z]+(-[a-z]+)+-\d\.amazonaws\.com(\.cn)?$/);
      for (const fingerprint of fingerprints) {
        const digest = Buffer.from(fingerprint.replace("SHA256:", ""), "base64");
        expect(digest).toHaveLength(32);
      }
    }
    const all = rows.flatMap(([, fingerprints]) => fingerprints);
    expect(new Set(all).size).toBe(all.length);
    expect(awsSsh.published["git-codecommit.us-east-1.amazonaws.com"]).toEqual([
      "SHA256:eLMY1j0DKA4uvDZcl/KgtIayZANwX6t8+8isPtotBoY",
    ]);
  });
});
