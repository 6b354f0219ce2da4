import { createHash } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { startGiteaSimulator } from "../simulators/gitea";
import type { GiteaOptions } from "../simulators/gitea-state";
import { forgejo, gitea } from "./adapter";
import { connect, entered } from "./connect-fixture";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const account = { id: "40", login: "alice", name: null, url: null, isBot: false };

/** A line as ssh-keygen writes it; the point need not be on the curve. */
function publicKey(seed: string): string {
  const type = Buffer.from("ssh-ed25519");
  const point = createHash("sha256").update(seed).digest();
  const length = (part: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, part.length]), part]);
  return `ssh-ed25519 ${Buffer.concat([length(type), length(point)]).toString("base64")} forgepass`;
}

async function start(options: GiteaOptions = {}, adapter = gitea) {
  const host = await startGiteaSimulator({ relativeRoot: "/git", ...options });
  closers.push(host.close);
  const api = adapter.ssh.keys;
  if (!api) throw new Error("no API for keys");
  return {
    host,
    list: (token: string) => api.list(connect(host.baseUrl), entered(token), account, "git"),
    add: (token: string, title: string, key: string) =>
      api.add(connect(host.baseUrl), entered(token), account, { title, publicKey: key, use: "git" }),
    remove: (token: string, id: string) => api.remove(connect(host.baseUrl), entered(token), account, id, "git"),
  };
}

describe.each([
  ["Gitea", gitea, {}],
  ["Gitea 1.19", gitea, { version: "1.19.4" }],
  ["Forgejo", forgejo, { product: "forgejo" }],
] satisfies [string, typeof gitea, GiteaOptions][])("keys on %s", (_name, adapter, options) => {
  it("are added, listed with their fingerprint, and removed, also when they are gone already", async () => {
    const { host, list, add, remove } = await start(options, adapter);
    const token = host.addToken({ scopes: ["all"] });
    const key = publicKey("one");
    const added = await add(token, "Forgepass", key);
    expect(added).toEqual({ ok: true, id: "1", user: null });
    const blob = Buffer.from(key.split(" ")[1] ?? "", "base64");
    const fingerprint = `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
    expect(await list(token)).toEqual({ ok: true, keys: [{ id: "1", fingerprint, user: null }] });
    expect(await remove(token, "1")).toEqual({ ok: true });
    expect(host.keys).toHaveLength(0);
    expect(await remove(token, "1")).toEqual({ ok: true });
  });
});

describe("adding a key", () => {
  it("that the server knows, of this account or another, is a duplicate", async () => {
    const { host, add } = await start();
    const key = publicKey("one");
    await add(host.addToken({ user: { login: "bob" } }), "Forgepass", key);
    expect(await add(host.addToken(), "Forgepass", key)).toMatchObject({
      ok: false,
      reason: "duplicate",
      hostSaid: "Key content has been used as non-deploy key",
    });
    expect(host.keys).toHaveLength(1);
  });

  it("whose name another key has gets a name of its own", async () => {
    const { host, add } = await start();
    const token = host.addToken();
    await add(token, "Forgepass", publicKey("one"));
    expect(await add(token, "Forgepass", publicKey("two"))).toMatchObject({ ok: true, id: "2" });
    expect(host.keys[1]?.title).toMatch(/^Forgepass .{8}$/);
  });

  it("that the server does not take is refused in its words", async () => {
    const { host, add } = await start();
    expect(await add(host.addToken(), "Forgepass", "ssh-dss AAAA")).toMatchObject({
      ok: false,
      reason: "unexpected",
      hostSaid: "Invalid key content: no key found",
    });
  });
});

describe("a token that may not", () => {
  it("lacks write:user", async () => {
    const { host, add, remove } = await start();
    const token = host.addToken({ scopes: ["read:user"] });
    const lacking = { ok: false, reason: "insufficient-scope", message: expect.stringContaining("write:user") };
    expect(await add(token, "Forgepass", publicKey("one"))).toMatchObject(lacking);
    expect(await remove(token, "1")).toMatchObject(lacking);
  });

  it("is limited to what is public", async () => {
    const { host, list, add } = await start();
    const token = host.addToken({ scopes: ["all", "public-only"] });
    const refused = { ok: false, reason: "insufficient-scope", message: expect.stringContaining("public") };
    expect(await list(token)).toMatchObject(refused);
    expect(await add(token, "Forgepass", publicKey("one"))).toMatchObject(refused);
  });

  it("is not known", async () => {
    const { list, remove } = await start();
    expect(await list("f".repeat(40))).toMatchObject({ ok: false, reason: "rejected" });
    expect(await remove("f".repeat(40), "1")).toMatchObject({ ok: false, reason: "rejected" });
    expect(await list("two words")).toMatchObject({ ok: false, reason: "unexpected" });
  });

  it.each([403, 404] as const)("meets a server that lets nobody manage keys: %i", async (keysDisabled) => {
    const { host, add, remove } = await start({ keysDisabled });
    const refused = { ok: false, reason: "unexpected", message: expect.stringContaining("does not let") };
    expect(await add(host.addToken(), "Forgepass", publicKey("one"))).toMatchObject(refused);
    expect(await remove(host.addToken(), "1")).toMatchObject(refused);
  });
});

describe("the list", () => {
  it("is whole also where a page holds fewer rows than asked for", async () => {
    const { host, list, add } = await start({ maxResponseItems: 2 });
    const token = host.addToken();
    for (const name of ["one", "two", "three", "four", "five"]) await add(token, name, publicKey(name));
    const listed = await list(token);
    expect(listed.ok && listed.keys.map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("is refused rather than cut short when a page fails or a proxy answers", async () => {
    const { host, list, remove } = await start();
    const token = host.addToken();
    host.respondAt("/user/keys", { status: 200, headers: { "content-type": "text/html" }, body: "<p>sign in</p>" });
    expect(await list(token)).toMatchObject({ ok: false, reason: "unexpected" });
    host.respondAt("/user/keys/1", { status: 404, headers: { "content-type": "text/html" }, body: "<p>no</p>" });
    expect(await remove(token, "1")).toMatchObject({ ok: false, reason: "unexpected" });
  });
});

describe("by hand", () => {
  it("shows the page below the path, and asks to verify a key that signs", () => {
    const request = { baseUrl: "https://example.com/git", use: "git" } as const;
    expect(gitea.ssh.guide(request).page).toBe("https://example.com/git/user/settings/keys");
    const signing = gitea.ssh.guide({ ...request, use: "signing" });
    expect(signing.steps.join(" ")).toContain("Verify");
    expect(gitea.ssh.guide(request).steps.join(" ")).not.toContain("Verify");
  });

  it("has Codeberg's fingerprints for Codeberg alone", () => {
    expect(Object.keys(forgejo.ssh.published)).toEqual(["codeberg.org"]);
    expect(gitea.ssh.published).toEqual({});
  });
});
