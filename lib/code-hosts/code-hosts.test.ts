import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../authz";
import { caCertificate, serverKey } from "../hosts/tls-fixture";
import { userActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { addCodeHost } from "./add-code-host";
import type { CodeHostFields } from "./code-host";
import { editCodeHost } from "./edit-code-host";
import { findCodeHost, listCodeHosts } from "./list-code-hosts";
import { removeCodeHost } from "./remove-code-host";
import { testConnection } from "./test-connection";

let db: TestDatabase;
let fresh: unknown;
beforeAll(async () => {
  db = await createTestDatabase({ FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8" });
  fresh = await db.query(`SELECT kind, "baseUrl" FROM "CodeHost" ORDER BY kind`);
});
afterAll(() => db.drop());
beforeEach(async () => {
  await db.query(`DELETE FROM "CodeHost"`);
  await db.query(`DELETE FROM "User"`);
});

const admin = { ...userActor("admin", "ADMIN"), ip: "192.0.2.7" };
const alice = { ...userActor("alice"), ip: "192.0.2.7" };
const anonymous: Actor = { type: "anonymous", ip: null };

const fields: CodeHostFields = {
  kind: "gitlab",
  name: "Our GitLab",
  baseUrl: "https://git.example.com",
  caCertificate: null,
  gitOverSsh: false,
};

async function add(given: Partial<CodeHostFields> = {}) {
  const added = await addCodeHost(admin, { ...fields, ...given });
  if (!added.ok) throw new Error(added.error.message);
  return added.value;
}

/** People who each have a credential for the code host; the first owner is the site when asked. */
async function addCredentials(codeHostId: string, count: number, withSite = false) {
  await db.query(
    `WITH people AS (
       INSERT INTO "User" (email, name, "passwordHash", "updatedAt")
       SELECT 'user' || to_char(n, 'FM000') || '@example.com', 'User ' || n, 'x', now() FROM generate_series(1, $2::int) n
       RETURNING id)
     INSERT INTO "Credential" (id, "codeHostId", "ownerId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome, "updatedAt")
     SELECT gen_random_uuid(), h.id, p.id, 'personal', 'sealed', 'kid', h."baseUrl", '', '', 'valid', now()
     FROM "CodeHost" h, (SELECT id FROM people UNION ALL SELECT NULL WHERE $3) p WHERE h.id = $1`,
    [codeHostId, count, withSite],
  );
}

async function lastAudit() {
  const [entry] = await db.query(`SELECT * FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`);
  return entry;
}

async function rowCount() {
  const [row] = await db.query(`SELECT count(*)::int AS count FROM "CodeHost"`);
  return row?.count;
}

it("a fresh portal knows github.com and gitlab.com", () => {
  expect(fresh).toEqual([
    { kind: "github", baseUrl: "https://github.com" },
    { kind: "gitlab", baseUrl: "https://gitlab.com" },
  ]);
});

describe("adding a code host", () => {
  it("stores its address in one spelling, with its CA, and says so in the audit log", async () => {
    const added = await add({ baseUrl: " Git.Example.com/ ", caCertificate: `\n${caCertificate}`, gitOverSsh: true });
    expect(added).toMatchObject({
      baseUrl: "https://git.example.com",
      caCertificate,
      gitOverSsh: true,
      credentialCount: 0,
    });
    expect(await lastAudit()).toMatchObject({
      action: "code-host.add",
      actorId: admin.id,
      targetId: added.id,
      targetLabel: "Our GitLab",
      outcome: "ok",
      details: { kind: "gitlab", baseUrl: "https://git.example.com", gitOverSsh: true },
    });
  });

  it("keeps where its SSH server is in one spelling, and nothing when that follows from the address", async () => {
    const ssh = { gitOverSsh: true, baseUrl: "https://git.example.com" };
    const other = { ...ssh, baseUrl: "https://other.example.com" };
    expect((await add({ ...ssh, sshAddress: " ssh://git@SSH.example.com:7999/ " })).sshAddress).toBe(
      "git@ssh.example.com:7999",
    );
    expect((await add({ ...other, sshAddress: "  " })).sshAddress).toBeNull();
    for (const sshAddress of ["git@host:0", "-oProxyCommand=x", "git@a b", "git@host:22/path", "git@host\nX"]) {
      expect(await addCodeHost(admin, { ...fields, sshAddress })).toMatchObject({
        ok: false,
        error: { code: "invalid-input", fields: { sshAddress: expect.stringMatching(/\.$|22\.$/) } },
      });
    }
  });

  it("of fifty at once with one address in several spellings, one succeeds and the others are told its name", async () => {
    const spellings = ["git.example.com", "https://GIT.example.com/", "https://git.example.com:443"];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        addCodeHost(admin, { ...fields, name: `Host ${n}`, baseUrl: spellings[n % 3] ?? "" }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    const [winner] = await db.query(`SELECT name FROM "CodeHost"`);
    for (const answer of answers) {
      if (!answer.ok)
        expect(answer.error).toMatchObject({
          code: "conflict",
          message: expect.stringContaining(String(winner?.name)),
        });
    }
    expect(await rowCount()).toBe(1);
  });

  it.each<[string, object]>([
    ["a field more", { ownerId: "x" }],
    ["a number as name", { name: 7 }],
    ["an operator as name", { name: { startsWith: "" } }],
    ["an array as address", { baseUrl: ["https://git.example.com"] }],
    ["nothing as address", { baseUrl: undefined }],
    ["an empty name", { name: "  " }],
    ["a name that is too long", { name: "x".repeat(101) }],
    ["NUL in the name", { name: "a\0b" }],
    ["a line break in the name", { name: "a\nb" }],
    ["NUL in the address", { baseUrl: "https://git.example.com/\0" }],
    ["NUL in the certificate", { caCertificate: `${caCertificate}\0` }],
    ["a private key", { caCertificate: serverKey }],
    ["text as a flag", { gitOverSsh: "yes" }],
    ["a kind that is not known", { kind: "sourceforge" }],
    ["a kind that every object has", { kind: "constructor" }],
    ["a metadata address", { baseUrl: "https://169.254.169.254" }],
    ["an address outside the allowed networks", { baseUrl: "https://10.0.0.1" }],
  ])("refuses %s, stores nothing and asks nobody", async (_what, given) => {
    const answer = await addCodeHost(admin, { ...fields, ...given } as CodeHostFields);
    expect(answer).toMatchObject({
      ok: false,
      error: { code: "invalid-input", message: expect.stringMatching(/\.$/) },
    });
    expect(await rowCount()).toBe(0);
  });

  it("survives input that is not even an object", async () => {
    for (const input of [null, undefined, "x", 7, []]) {
      for (const verb of [addCodeHost, editCodeHost, removeCodeHost, testConnection]) {
        expect(await verb(admin, input as never)).toMatchObject({ ok: false });
      }
    }
  });
});

describe("what only admins may do", () => {
  it.each([
    ["a user", alice, "forbidden"],
    ["nobody", anonymous, "signed-out"],
  ])("is refused to %s, and the denial is in the log", async (_who, actor, code) => {
    const host = await add();
    for (const attempt of [
      () => addCodeHost(actor, { ...fields, baseUrl: "https://other.example.com" }),
      () => editCodeHost(actor, { ...rest(host), name: "Mine" }),
      () => removeCodeHost(actor, { id: host.id }),
      () => testConnection(actor, { id: host.id }),
    ]) {
      expect(await attempt()).toMatchObject({ ok: false, error: { code } });
      expect(await lastAudit()).toMatchObject({ action: "code-host.manage", outcome: "denied" });
    }
    expect(await db.query(`SELECT name FROM "CodeHost"`)).toEqual([{ name: "Our GitLab" }]);
  });
});

function rest({ id, name, baseUrl, caCertificate, gitOverSsh }: Awaited<ReturnType<typeof add>>) {
  return { id, name, baseUrl, caCertificate, gitOverSsh };
}

describe("editing a code host", () => {
  it("changes what was changed and says from what to what", async () => {
    const host = await add();
    const edited = await editCodeHost(admin, { ...rest(host), name: "Git", caCertificate });
    expect(edited).toMatchObject({ ok: true, value: { name: "Git", caCertificate, kind: "gitlab" } });
    expect(await lastAudit()).toMatchObject({
      action: "code-host.edit",
      details: { changed: { name: { from: "Our GitLab", to: "Git" }, caFingerprints: { from: [] } } },
    });
  });

  it("does not change the kind, nor take one", async () => {
    const host = await add();
    const answer = await editCodeHost(admin, { ...rest(host), kind: "github" } as never);
    expect(answer).toMatchObject({ ok: false, error: { code: "invalid-input" } });
  });

  it("to another's address is a conflict that names it", async () => {
    await add({ name: "First" });
    const second = await add({ name: "Second", baseUrl: "https://two.example.com" });
    expect(await editCodeHost(admin, { ...rest(second), baseUrl: "git.example.com" })).toMatchObject({
      ok: false,
      error: { code: "conflict", message: expect.stringContaining("First"), fields: { baseUrl: expect.any(String) } },
    });
  });

  it("of one that is gone is not-found", async () => {
    const host = await add();
    await removeCodeHost(admin, { id: host.id });
    expect(await editCodeHost(admin, rest(host))).toMatchObject({ ok: false, error: { code: "not-found" } });
    expect(await editCodeHost(admin, { ...rest(host), id: "1" })).toMatchObject({ ok: false });
  });

  it("to a new address first tells whose credentials become unusable, and keeps what they were sealed for", async () => {
    const host = await add();
    await addCredentials(host.id, 2, true);
    const moved = { ...rest(host), baseUrl: "https://new.example.com" };
    expect(await editCodeHost(admin, moved)).toMatchObject({
      ok: false,
      error: {
        code: "needs-confirmation",
        message: expect.stringContaining("3 credentials: this site (global), User 1 (user001@example.com)"),
        affected: { count: 3, owners: expect.arrayContaining(["User 2 (user002@example.com)"]) },
      },
    });
    expect(await db.query(`SELECT "baseUrl" FROM "CodeHost"`)).toEqual([{ baseUrl: "https://git.example.com" }]);
    expect(await editCodeHost(admin, { ...moved, confirmedCount: 3 })).toMatchObject({ ok: true });
    expect(await lastAudit()).toMatchObject({ details: { credentialsToEnterAgain: 3 } });
    expect(await db.query(`SELECT DISTINCT "sealedFor" FROM "Credential"`)).toEqual([
      { sealedFor: "https://git.example.com" },
    ]);
  });

  it("asks again when there are more credentials than were confirmed", async () => {
    const host = await add();
    await addCredentials(host.id, 2);
    const moved = { ...rest(host), baseUrl: "https://new.example.com", confirmedCount: 1 };
    expect(await editCodeHost(admin, moved)).toMatchObject({ ok: false, error: { code: "needs-confirmation" } });
  });

  it("asks nothing when the address stays, or is only spelled otherwise", async () => {
    const host = await add();
    await addCredentials(host.id, 1);
    const spelled = { ...rest(host), name: "New name", baseUrl: "GIT.example.com:443/" };
    expect(await editCodeHost(admin, spelled)).toMatchObject({ ok: true });
  });
});

describe("removing a code host", () => {
  it("without credentials asks nothing", async () => {
    const host = await add();
    expect(await removeCodeHost(admin, { id: host.id })).toEqual({
      ok: true,
      value: { name: "Our GitLab", credentialsRemoved: 0 },
    });
    expect(await rowCount()).toBe(0);
    expect(await lastAudit()).toMatchObject({ action: "code-host.remove", targetLabel: "Our GitLab" });
    expect(await removeCodeHost(admin, { id: host.id })).toMatchObject({ ok: false, error: { code: "not-found" } });
  });

  it("with credentials names the first ten and counts the rest, then removes them with it", async () => {
    const host = await add();
    await addCredentials(host.id, 13, true);
    const asked = await removeCodeHost(admin, { id: host.id });
    expect(asked).toMatchObject({
      ok: false,
      error: {
        code: "needs-confirmation",
        message: expect.stringMatching(
          /^Removing Our GitLab removes 14 credentials: this site \(global\), .* and 4 more\.$/,
        ),
      },
    });
    expect(!asked.ok && "affected" in asked.error && asked.error.affected.owners).toHaveLength(10);
    expect(await rowCount()).toBe(1);
    expect(await removeCodeHost(admin, { id: host.id, confirmedCount: 13 })).toMatchObject({ ok: false });
    expect(await removeCodeHost(admin, { id: host.id, confirmedCount: 14 })).toMatchObject({
      ok: true,
      value: { credentialsRemoved: 14 },
    });
    expect(await db.query(`SELECT 1 FROM "Credential"`)).toEqual([]);
    expect(await lastAudit()).toMatchObject({ details: { credentialsRemoved: 14 } });
  });
});

describe("removing a code host while someone adds a credential", () => {
  it("never takes a credential with it that was not told", async () => {
    for (let round = 0; round < 20; round++) {
      const host = await add();
      const insert = db
        .query(
          `INSERT INTO "Credential" (id, "codeHostId", type, sealed, kid, "sealedFor", prefix, "lastFour", outcome, "updatedAt")
           SELECT gen_random_uuid(), $1, 'personal', 'sealed', 'kid', 'x', '', '', 'valid', now() FROM pg_sleep($2)`,
          [host.id, round / 2000],
        )
        .then(
          () => true,
          () => false,
        );
      const [removed, inserted] = await Promise.all([removeCodeHost(admin, { id: host.id }), insert]);
      expect({ removed: removed.ok, inserted }).not.toEqual({ removed: true, inserted: true });
      await db.query(`DELETE FROM "CodeHost"`);
    }
  });
});

describe("listing code hosts", () => {
  it("pages by name without losing or repeating one, for everyone who is signed in", async () => {
    await db.query(
      `INSERT INTO "CodeHost" (kind, name, "baseUrl", "updatedAt")
       SELECT 'gitlab', 'Host ' || (n % 7), 'https://h' || n || '.example.com', now() FROM generate_series(1, 120) n`,
    );
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await listCodeHosts(alice, { after, limit: 50 });
      if (!page.ok) throw new Error(page.error.message);
      expect(page.value.total).toBe(120);
      seen.push(...page.value.codeHosts.map(({ id }) => id));
      after = page.value.next;
    } while (after);
    expect(new Set(seen).size).toBe(120);
    expect(seen).toHaveLength(120);
    const page = await listCodeHosts(alice, { limit: 50 });
    const second = await listCodeHosts(alice, { limit: 50, after: page.ok ? page.value.next : null });
    const back = await listCodeHosts(alice, { limit: 50, before: second.ok ? second.value.previous : null });
    expect(back.ok && back.value.codeHosts.map(({ id }) => id)).toEqual(seen.slice(0, 50));
    expect(back).toMatchObject({ value: { previous: null, next: expect.any(String) } });
    expect(page).toMatchObject({ value: { previous: null } });
    expect(await listCodeHosts(anonymous)).toMatchObject({ ok: false, error: { code: "signed-out" } });
  });

  it("filters by part of the name or the address, wildcards counting as themselves", async () => {
    await add({ name: "100% Git", baseUrl: "https://one.example.com" });
    await add({ name: "Other", baseUrl: "https://two.example.com" });
    const names = async (filter: string) => {
      const page = await listCodeHosts(admin, { filter });
      return page.ok ? page.value.codeHosts.map(({ name }) => name) : page.error;
    };
    expect(await names("GIT")).toEqual(["100% Git"]);
    expect(await names("TWO.example")).toEqual(["Other"]);
    expect(await names("0%")).toEqual(["100% Git"]);
    expect(await names("%")).toEqual(["100% Git"]);
    expect(await names("o_e")).toEqual([]);
    expect(await names("\0")).toHaveLength(2);
    expect(await names("nothing")).toEqual([]);
  });

  it("starts over at a cursor that is not one, and refuses what is not text", async () => {
    await add();
    expect(await listCodeHosts(admin, { after: "!!" })).toMatchObject({ ok: true, value: { total: 1 } });
    expect(await listCodeHosts(admin, { filter: { contains: "" } } as never)).toMatchObject({ ok: false });
    expect(await findCodeHost(admin, { startsWith: "" } as never)).toMatchObject({
      ok: false,
      error: { code: "not-found" },
    });
    expect(await findCodeHost(admin, randomUUID())).toMatchObject({ ok: false, error: { code: "not-found" } });
  });
});
