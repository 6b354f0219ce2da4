import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { removeCredential } from "../credentials/remove";
import { gitlab as gitlabAdapter } from "../hosts/gitlab/adapter";
import { openTransport } from "../hosts/http";
import { Secret } from "../secret";
import { createRotationsFixture, type RotationsFixture } from "./fixture";
import { patience } from "./prove";
import { rotateCredential } from "./rotate";
import { setRotationSchedule } from "./set-schedule";

let fixture: RotationsFixture;

beforeAll(async () => {
  Object.assign(patience, { overlapPausesMs: [1], pausesMs: [1, 1] });
  fixture = await createRotationsFixture();
});
afterAll(() => fixture.drop());
beforeEach(async () => {
  await fixture.database.query(`DELETE FROM "Credential"`);
  await fixture.database.query(`DELETE FROM "Notification"`);
  await fixture.database.query(`DELETE FROM "SiteSettings"`);
  fixture.gitlab.onRotation(null);
  fixture.gitlab.respondNextWith(null);
  fixture.aws.respondNextWith(null);
  fixture.gitlab.requests.length = 0;
  fixture.aws.requests.length = 0;
});

const mine = () => ({ type: "user", id: fixture.alice.id }) as const;
const rotate = (credentialId: string) => rotateCredential(fixture.alice, { owner: mine(), credentialId });
const journals = () => {
  const folder = join(process.env.DATA_DIR ?? "", "rotations");
  return existsSync(folder) ? readdirSync(folder) : [];
};

async function works(token: Secret): Promise<boolean> {
  const { baseUrl } = fixture.gitlab;
  const origins = [new URL(baseUrl).origin];
  const transport = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"] });
  const entered = { type: "personal", token, fields: {}, secrets: {} };
  return (await gitlabAdapter.verify({ baseUrl, transport }, entered, () => {})).ok;
}

async function told(): Promise<string[]> {
  const rows = await fixture.database.query(`SELECT event FROM "Notification" ORDER BY "createdAt"`);
  return rows.map(({ event }) => String(event));
}

async function audited(): Promise<string[]> {
  const rows = await fixture.database.query(
    `SELECT action || ' ' || outcome AS entry FROM "AuditEntry" WHERE action LIKE '%rotat%' ORDER BY seq DESC LIMIT 2`,
  );
  return rows.map(({ entry }) => String(entry)).reverse();
}

describe("rotating at a host that kills the old one", () => {
  it("puts the successor in place, sealed for its row, and leaves no copy anywhere", async () => {
    const token = fixture.gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    const rotated = await rotate(id);
    expect(rotated).toMatchObject({ ok: true, value: { state: "done" } });
    const { token: fresh } = await fixture.inPlace(id);
    expect(await works(fresh)).toBe(true);
    expect(await works(new Secret(token))).toBe(false);
    expect(fixture.rotations()).toBe(1);
    const [row] = await fixture.database.query(`SELECT version, "lastFour", outcome FROM "Credential"`);
    expect(row).toEqual({ version: 2, lastFour: fresh.lastFour, outcome: "valid" });
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "done", sealed: null, oldSealed: null, kid: null });
    expect(journals()).toEqual([]);
    expect(await audited()).toEqual(["rotation.start ok", "credential.rotate ok"]);
    expect(await told()).toEqual(["credential.rotated"]);
    const everything = await fixture.database.query(
      `SELECT (SELECT json_agg(a) FROM "AuditEntry" a)::text || (SELECT json_agg(r) FROM "Rotation" r)::text || (SELECT json_agg(n) FROM "Notification" n)::text AS text`,
    );
    expect(String(everything[0]?.text)).not.toContain(fresh.reveal());
    expect(JSON.stringify(rotated)).not.toContain(fresh.reveal());
  });

  it("asks for an end within the policy, and for as long a life as the old one had here", async () => {
    const end = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken({ expiresAt: end(200) }));
    await rotate(id);
    const asked = () => {
      const request = fixture.gitlab.requests.findLast(({ path }) => path.endsWith("/rotate"));
      return JSON.parse(request?.body ?? "{}").expires_at;
    };
    expect([end(199), end(200)]).toContain(asked());
    await fixture.database.query(
      `INSERT INTO "SiteSettings" (id, "maxLifetimeDays", "updatedAt") VALUES (1, 30, now())`,
    );
    await rotate(id);
    expect(asked()).toBe(end(30));
  });

  it("says loudly what is amiss with a successor that has to be taken", async () => {
    const { gitlab } = fixture;
    const id = await fixture.storeGitlab(fixture.alice, gitlab.addToken({ scopes: ["api", "read_user"] }));
    gitlab.onRotation((moment) => {
      if (moment === "made")
        gitlab.changeTokens((row) => ({ scopes: row.scopes.filter((one) => one === "read_user") }));
    });
    expect(await rotate(id)).toMatchObject({
      ok: true,
      value: { state: "done", message: expect.stringMatching(/lacks.*api/) },
    });
    const [row] = await fixture.database.query(`SELECT version, notes FROM "Credential"`);
    expect(row).toMatchObject({ version: 2, notes: [expect.stringMatching(/lacks.*api/)] });
    expect(await told()).toEqual(["credential.rotation-failed"]);
  });

  it("keeps a successor that could not be tried: it is all there is", async () => {
    const { gitlab } = fixture;
    const id = await fixture.storeGitlab(fixture.alice, gitlab.addToken());
    gitlab.onRotation((moment) => {
      if (moment === "made") gitlab.respondNextWith({ status: 503, body: "" });
    });
    expect(await rotate(id)).toMatchObject({ ok: true, value: { state: "done" } });
    gitlab.respondNextWith(null);
    expect(await works((await fixture.inPlace(id)).token)).toBe(true);
    const [row] = await fixture.database.query(`SELECT version, outcome, "accountLogin" FROM "Credential"`);
    expect(row).toEqual({ version: 2, outcome: "unreachable", accountLogin: "alice" });
  });
});

describe("a rotation is refused, and nothing is asked of the host,", () => {
  it("to whoever may not manage the credential", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    const asBob = rotateCredential(fixture.bob, { owner: mine(), credentialId: id });
    expect(await asBob).toMatchObject({ ok: false, error: { code: "not-found" } });
    const asOwn = rotateCredential(fixture.bob, { owner: { type: "user", id: fixture.bob.id }, credentialId: id });
    expect(await asOwn).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(fixture.rotations()).toBe(0);
  });

  it.each([
    ["that lacks the scope", { scopes: ["read_user"] }, "", /self_rotate/],
    ["that has ended", {}, `"expiresAt" = now() - interval '1 day'`, /has ended/],
    ["that the host does not accept", {}, `outcome = 'revoked'`, /does not accept/],
    ["whose host has moved", {}, `"sealedFor" = 'https://elsewhere.example.com'`, /address .* has changed/],
  ])("for a token %s", async (_which, spec, change, message) => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken(spec));
    if (change) await fixture.database.query(`UPDATE "Credential" SET ${change}`);
    expect(await rotate(id)).toMatchObject({ ok: false, error: { message: expect.stringMatching(message) } });
    expect(fixture.rotations()).toBe(0);
    expect(await fixture.rotationOf(id)).toBeUndefined();
  });

  it("for a host that rotates nothing", async () => {
    const { github } = fixture;
    const id = await fixture.storeGithub(fixture.alice, github.addToken({ scopes: ["repo"] }));
    expect(await rotate(id)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/rotates no tokens/) },
    });
  });

  it("when the data folder cannot hold the answer", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    const folder = join(process.env.DATA_DIR ?? "", "rotations");
    rmSync(folder, { recursive: true, force: true });
    writeFileSync(folder, "in the way");
    expect(await rotate(id)).toMatchObject({ ok: false, error: { message: expect.stringMatching(/data folder/) } });
    expect(fixture.rotations()).toBe(0);
    rmSync(folder);
    expect(await rotate(id)).toMatchObject({ ok: true });
  });

  it("for a token that is dead already, which would cost what was made of it", async () => {
    const { gitlab } = fixture;
    const token = gitlab.addToken();
    const id = await fixture.storeGitlab(fixture.alice, token);
    const elsewhere = await fetch(`${gitlab.baseUrl}/api/v4/personal_access_tokens/self/rotate`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
    });
    const { token: theirs } = (await elsewhere.json()) as { token: string };
    expect(await rotate(id)).toMatchObject({ ok: false, error: { code: "host-refused" } });
    expect(fixture.rotations()).toBe(1);
    expect(await works(new Secret(theirs))).toBe(true);
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "failed" });
  });

  it("while another one is under way, also when both begin at once", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    const all = await Promise.all([rotate(id), rotate(id), rotate(id), rotate(id)]);
    expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    expect(all.filter((one) => !one.ok && one.error.code === "conflict")).toHaveLength(3);
    expect(fixture.rotations()).toBe(1);
    expect(await works((await fixture.inPlace(id)).token)).toBe(true);
  });
});

describe("a lost answer", () => {
  it("that killed the old one is told as such, and nothing is asked again", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    fixture.gitlab.onRotation((moment) => {
      if (moment === "made") throw new Error("lost");
    });
    expect(await rotate(id)).toMatchObject({ ok: true, value: { state: "lost" } });
    const [row] = await fixture.database.query(`SELECT version, outcome, "outcomeDetail" FROM "Credential"`);
    expect(row).toMatchObject({
      version: 1,
      outcome: "revoked",
      outcomeDetail: expect.stringMatching(/Make a new token/),
    });
    expect(await told()).toEqual(["credential.rotation-failed"]);
    await fixture.pass("1 hour");
    await fixture.runJob();
    expect(fixture.rotations()).toBe(1);
    expect(await rotate(id)).toMatchObject({ ok: false });
    expect(fixture.rotations()).toBe(1);
  });

  it("that did nothing is believed after a minute, and then it can be rotated again", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    fixture.gitlab.onRotation(() => {
      throw new Error("lost");
    });
    expect(await rotate(id)).toMatchObject({ ok: true, value: { state: "asking" } });
    fixture.gitlab.onRotation(null);
    await fixture.runJob();
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "asking" });
    expect(await rotate(id)).toMatchObject({ ok: false, error: { code: "conflict" } });
    await fixture.pass("5 minutes");
    await fixture.runJob();
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "failed" });
    expect(fixture.rotations()).toBe(1);
    expect(await rotate(id)).toMatchObject({ ok: true, value: { state: "done" } });
  });

  it("stays open while the host does not say", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    fixture.gitlab.onRotation((moment) => {
      fixture.gitlab.respondNextWith({ status: 503, body: "" });
      if (moment === "made") throw new Error("lost");
    });
    await rotate(id);
    await fixture.pass("10 minutes");
    await fixture.runJob();
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "asking" });
    fixture.gitlab.respondNextWith(null);
    await fixture.pass("10 minutes");
    await fixture.runJob();
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "lost" });
  });
});

describe("rotating where both can be valid", () => {
  const setOverlap = (days: number) => fixture.database.query(`UPDATE "Credential" SET "overlapDays" = $1`, [days]);

  it("waits until the new one is known, keeps both for the quiet days, and then ends the old one", async () => {
    const key = fixture.aws.addKey({ user: { name: "quiet" } });
    const id = await fixture.storeAws(fixture.alice, key);
    await setOverlap(3);
    expect(await rotate(id)).toMatchObject({ ok: true, value: { state: "answered" } });
    expect((await fixture.inPlace(id)).fields.accessKeyId).toBe(key.id);
    fixture.aws.knowAllKeys();
    await fixture.pass("5 minutes");
    expect(await fixture.runJob()).toBe("Rotated 1 token.");
    const placed = await fixture.inPlace(id);
    expect(placed.fields.accessKeyId).not.toBe(key.id);
    expect(fixture.aws.keysOf("quiet")).toEqual([key.id, placed.fields.accessKeyId]);
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "overlap", sealed: null });
    expect(await rotate(id)).toMatchObject({ ok: false, error: { code: "conflict" } });
    await fixture.pass("2 days");
    await fixture.runJob();
    expect(fixture.aws.keysOf("quiet")).toHaveLength(2);
    await fixture.pass("1 day");
    expect(await fixture.runJob()).toBe("Rotated 0 tokens, ended 1 old.");
    expect(fixture.aws.keysOf("quiet")).toEqual([placed.fields.accessKeyId]);
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "done", oldSealed: null });
    expect(fixture.rotations()).toBe(1);
  });

  it("keeps the old one while the new one is not accepted, and tells of it once", async () => {
    const key = fixture.aws.addKey({ user: { name: "kept" } });
    const id = await fixture.storeAws(fixture.alice, key);
    await setOverlap(1);
    await rotate(id);
    fixture.aws.knowAllKeys();
    await fixture.pass("5 minutes");
    await fixture.runJob();
    fixture.aws.deactivateKey((await fixture.inPlace(id)).fields.accessKeyId ?? "");
    for (let times = 0; times < 3; times++) {
      await fixture.pass("2 days");
      await fixture.runJob();
    }
    expect(fixture.aws.keysOf("kept")).toContain(key.id);
    expect(await told()).toEqual(["credential.rotated", "credential.rotation-failed"]);
  });

  it("does not end the old one when somebody has put it back", async () => {
    const key = fixture.aws.addKey({ user: { name: "back" } });
    const id = await fixture.storeAws(fixture.alice, key);
    await rotate(id);
    fixture.aws.knowAllKeys();
    await fixture.pass("5 minutes");
    await fixture.runJob();
    await fixture.replaceAws(fixture.alice, id, key);
    await fixture.pass("2 days");
    await fixture.runJob();
    expect(fixture.aws.keysOf("back")).toContain(key.id);
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "done" });
  });

  it("does not put a lesser one in place, and ends it again", async () => {
    const key = fixture.aws.addKey({ user: { name: "lesser" } });
    const id = await fixture.storeAws(fixture.alice, key);
    await rotate(id);
    const statements = [{ effect: "Allow" as const, actions: ["iam:*", "codecommit:GitPull"], resources: ["*"] }];
    fixture.aws.addUser({ name: "lesser", statements });
    fixture.aws.knowAllKeys();
    await fixture.pass("5 minutes");
    expect(await fixture.runJob()).toBe("Rotated 0 tokens, 1 failed.");
    expect((await fixture.inPlace(id)).fields.accessKeyId).toBe(key.id);
    expect(fixture.aws.keysOf("lesser")).toEqual([key.id]);
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "failed", sealed: null });
  });

  it("is refused with a sentence while there is a second key", async () => {
    const id = await fixture.storeAws(fixture.alice, fixture.aws.addKey({ user: { name: "two" } }));
    fixture.aws.addKey({ user: { name: "two" } });
    const refused = await rotate(id);
    expect(refused).toMatchObject({ ok: false, error: { message: expect.stringMatching(/AWS allows no third/) } });
    expect(fixture.rotations()).toBe(0);
  });

  it("is not needed any more when somebody has replaced the token meanwhile", async () => {
    const id = await fixture.storeAws(fixture.alice, fixture.aws.addKey({ user: { name: "first" } }));
    await rotate(id);
    const other = fixture.aws.addKey({ user: { name: "second" } });
    await fixture.replaceAws(fixture.alice, id, other);
    fixture.aws.knowAllKeys();
    await fixture.pass("5 minutes");
    await fixture.runJob();
    expect((await fixture.inPlace(id)).fields.accessKeyId).toBe(other.id);
    expect(fixture.aws.keysOf("first")).toHaveLength(1);
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "failed" });
  });
});

describe("a host that asks for the account's password", () => {
  it("gets it once, and ends the old one with it in the same breath: it is not kept", async () => {
    const { bitbucket } = fixture;
    const password = "alice's pass word";
    bitbucket.addUser({ name: "alice", password });
    const token = bitbucket.addToken({ permissions: ["REPO_WRITE"] });
    const id = await fixture.storeBitbucket(fixture.alice, token);
    expect(await rotate(id)).toMatchObject({ ok: false, error: { code: "needs-confirmation", needsPassword: true } });
    const withPassword = (given: string) =>
      rotateCredential(fixture.alice, { owner: mine(), credentialId: id, password: new Secret(given) });
    expect(await withPassword("wrong")).toMatchObject({ ok: false, error: { needsPassword: true } });
    expect(await withPassword(password)).toMatchObject({ ok: true, value: { state: "done" } });
    const placed = await fixture.inPlace(id);
    expect(placed.token.reveal()).not.toBe(token);
    expect(bitbucket.liveTokens()).toEqual([placed.token.reveal()]);
    expect(await fixture.rotationOf(id)).toMatchObject({ state: "done", oldSealed: null });
    const schedule = { owner: mine(), credentialId: id, rotateDays: 14, overlapDays: 1 };
    const refused = await setRotationSchedule(fixture.alice, schedule);
    expect(refused).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/only for the account's password/) },
    });
  });
});

describe("removing a credential", () => {
  const remove = (credentialId: string, revoke: object | null) =>
    removeCredential(fixture.alice, { owner: mine(), credentialId, revoke });

  it("waits for a rotation whose answer is under way", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    fixture.gitlab.onRotation(() => {
      throw new Error("lost");
    });
    await rotate(id);
    fixture.gitlab.onRotation(null);
    expect(await remove(id, null)).toMatchObject({ ok: false, error: { code: "conflict" } });
    await fixture.pass("5 minutes");
    await fixture.runJob();
    expect(await remove(id, null)).toMatchObject({ ok: true });
  });

  it("and revoking it ends the old one of its last rotation too", async () => {
    const key = fixture.aws.addKey({ user: { name: "removed" } });
    const id = await fixture.storeAws(fixture.alice, key);
    await rotate(id);
    fixture.aws.knowAllKeys();
    await fixture.pass("5 minutes");
    await fixture.runJob();
    expect(fixture.aws.keysOf("removed")).toHaveLength(2);
    expect(await remove(id, { waitsMs: [] })).toMatchObject({ ok: true });
    expect(fixture.aws.keysOf("removed")).toEqual([]);
  });
});

describe("by its schedule", () => {
  const schedule = (credentialId: string, rotateDays: number | null, overlapDays = 1) =>
    setRotationSchedule(fixture.alice, { owner: mine(), credentialId, rotateDays, overlapDays });
  const age = (id: string, entered: string, ends: string | null) =>
    fixture.database.query(
      `UPDATE "Credential" SET "enteredAt" = now() - $2::interval, "expiresAt" = now() + $3::interval WHERE id = $1`,
      [id, entered, ends],
    );

  it("a token is rotated so many days before its end, once, by whichever process comes first", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    expect(await schedule(id, 14)).toMatchObject({ ok: true });
    await age(id, "75 days", "15 days");
    expect(await fixture.runJob()).toBe("Rotated 0 tokens.");
    await age(id, "77 days", "13 days");
    await Promise.all([fixture.runJob(), fixture.runJob(), fixture.runJob()]);
    expect(fixture.rotations()).toBe(1);
    expect(await works((await fixture.inPlace(id)).token)).toBe(true);
    await age(id, "1 hour", "13 days");
    expect(await fixture.runJob()).toBe("Rotated 0 tokens.");
  });

  it("a key without an end is rotated so many days after it was made", async () => {
    const key = fixture.aws.addKey({ user: { name: "endless" } });
    const id = await fixture.storeAws(fixture.alice, key);
    await schedule(id, 90);
    await age(id, "89 days", null);
    await fixture.runJob();
    expect(fixture.aws.keysOf("endless")).toHaveLength(1);
    await age(id, "91 days", null);
    await fixture.runJob();
    expect(fixture.aws.keysOf("endless")).toHaveLength(2);
  });

  it("what fails is told once for its cause, and tried again a day later", async () => {
    const key = fixture.aws.addKey({ user: { name: "full" } });
    const id = await fixture.storeAws(fixture.alice, key);
    fixture.aws.addKey({ user: { name: "full" } });
    await schedule(id, 90);
    await age(id, "100 days", null);
    expect(await fixture.runJob()).toBe("Rotated 0 tokens, 1 failed.");
    expect(await fixture.runJob()).toBe("Rotated 0 tokens.");
    await fixture.pass("1 day");
    expect(await fixture.runJob()).toBe("Rotated 0 tokens, 1 failed.");
    expect(await told()).toEqual(["credential.rotation-failed"]);
  });

  it("never is what it is when switched off, nor for a disabled owner or a paused host", async () => {
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken());
    await schedule(id, 14);
    await age(id, "80 days", "10 days");
    await fixture.database.query(`UPDATE "CodeHost" SET "pausedUntil" = now() + interval '1 hour'`);
    await fixture.runJob();
    await fixture.database.query(`UPDATE "CodeHost" SET "pausedUntil" = NULL`);
    await fixture.database.query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [fixture.alice.id]);
    await fixture.runJob();
    await fixture.database.query(`UPDATE "User" SET "disabledAt" = NULL`);
    await schedule(id, null);
    await fixture.runJob();
    expect(fixture.rotations()).toBe(0);
  });

  it("a schedule is refused that would rotate for ever, for what cannot be rotated, and for other people's", async () => {
    const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const id = await fixture.storeGitlab(fixture.alice, fixture.gitlab.addToken({ expiresAt: soon }));
    expect(await schedule(id, 14)).toMatchObject({ ok: false, error: { fields: { rotateDays: expect.any(String) } } });
    expect(await schedule(id, 3)).toMatchObject({ ok: true });
    const others = setRotationSchedule(fixture.bob, { owner: mine(), credentialId: id, rotateDays: 3, overlapDays: 1 });
    expect(await others).toMatchObject({ ok: false, error: { code: "not-found" } });
    const lacking = await fixture.storeGitlab(fixture.bob, fixture.gitlab.addToken({ scopes: ["read_user"] }));
    const owner = { type: "user", id: fixture.bob.id } as const;
    const refused = setRotationSchedule(fixture.bob, { owner, credentialId: lacking, rotateDays: 3, overlapDays: 1 });
    expect(await refused).toMatchObject({ ok: false, error: { message: expect.stringMatching(/self_rotate/) } });
  });
});
