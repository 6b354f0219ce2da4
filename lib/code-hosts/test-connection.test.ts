import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startGithubSimulator } from "../hosts/simulators/github";
import { startGitlabSimulator } from "../hosts/simulators/gitlab";
import { caCertificate, otherCaCertificate, serverCertificate, serverKey } from "../hosts/tls-fixture";
import { userActor } from "../testing/actors";
import { createTestDatabase, type TestDatabase } from "../testing/database";
import { addCodeHost } from "./add-code-host";
import type { CodeHostFields } from "./code-host";
import { testConnection } from "./test-connection";

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ FORGEPASS_ALLOWED_NETWORKS: "127.0.0.0/8" });
});
afterAll(() => db.drop());
beforeEach(() => db.query(`DELETE FROM "CodeHost"`));

const admin = userActor("admin", "ADMIN");

const fields: CodeHostFields = {
  kind: "gitlab",
  name: "Our GitLab",
  baseUrl: "https://git.example.com",
  caCertificate: null,
  gitOverSsh: false,
};

async function add(given: Partial<CodeHostFields>) {
  const added = await addCodeHost(admin, { ...fields, ...given });
  if (!added.ok) throw new Error(added.error.message);
  return added.value;
}

async function lastAudit() {
  const [entry] = await db.query(`SELECT * FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`);
  return entry;
}

async function rowCount() {
  const [row] = await db.query(`SELECT count(*)::int AS count FROM "CodeHost"`);
  return row?.count;
}

describe("testing a connection", () => {
  it("says what answers there and its version, without a token, and stores nothing", async () => {
    for (const [kind, simulator] of [
      ["gitlab", await startGitlabSimulator()],
      ["github", await startGithubSimulator({ flavour: "ghes" })],
    ] as const) {
      const tested = await testConnection(admin, { ...fields, kind, baseUrl: simulator.url });
      expect(tested).toMatchObject({ ok: true, value: { baseUrl: simulator.url, answer: { ok: true } } });
      expect(tested.ok && tested.value.answer.ok && tested.value.answer.product).toMatch(/git(hub|lab)/i);
      expect(simulator.requests.length).toBeGreaterThan(0);
      for (const { headers } of simulator.requests) {
        expect(headers.authorization ?? headers["private-token"]).toBeUndefined();
      }
      expect(await lastAudit()).toMatchObject({ action: "code-host.test", outcome: "ok", details: { kind } });
      await simulator.close();
    }
    expect(await rowCount()).toBe(0);
  });

  it("tests a stored one by its id", async () => {
    const simulator = await startGitlabSimulator();
    const host = await add({ baseUrl: simulator.url });
    expect(await testConnection(admin, { id: host.id })).toMatchObject({ ok: true, value: { answer: { ok: true } } });
    expect(await lastAudit()).toMatchObject({ targetId: host.id, targetLabel: "Our GitLab" });
    expect(await testConnection(admin, { id: randomUUID() })).toMatchObject({
      ok: false,
      error: { code: "not-found" },
    });
    await simulator.close();
  });

  it("over TLS trusts a private CA for this host only when it was given, and says which is missing", async () => {
    const simulator = await startGitlabSimulator();
    const server = createTlsServer({ cert: serverCertificate, key: serverKey }, (request, response) => {
      void fetch(simulator.url + request.url).then(async (answer) => {
        response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const baseUrl = `https://localhost:${(server.address() as AddressInfo).port}`;
    const test = (caCertificate: string | null) => testConnection(admin, { ...fields, baseUrl, caCertificate });
    const untrusted = { ok: false, message: expect.stringMatching(/not trusted.*CA certificate/) };
    expect(await test(caCertificate)).toMatchObject({ ok: true, value: { answer: { ok: true } } });
    expect(await test(null)).toMatchObject({ ok: true, value: { answer: untrusted } });
    expect(await test(otherCaCertificate)).toMatchObject({ ok: true, value: { answer: untrusted } });
    server.closeAllConnections();
    server.close();
    await simulator.close();
  });

  async function answering(status: number, headers: Record<string, string>, body: string) {
    const hits: string[] = [];
    const server = createServer((request, response) => {
      hits.push(request.url ?? "");
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, hits, close: () => new Promise((done) => server.close(done)) };
  }

  it.each<[string, number, Record<string, string>, string, string, RegExp]>([
    ["a web page", 200, { "content-type": "text/html" }, "<h1>Hello</h1>", "unexpected", /\.$/],
    ["a redirect", 302, { location: "https://elsewhere.example.com/x" }, "", "redirected", /elsewhere\.example\.com/],
    ["an error", 503, { "content-type": "text/plain" }, "down", "unreachable", /\.$/],
  ])("says so when %s answers", async (_what, status, headers, body, reason, sentence) => {
    const server = await answering(status, headers, body);
    for (const kind of ["github", "gitlab"]) {
      const tested = await testConnection(admin, { ...fields, kind, baseUrl: server.url });
      expect(tested).toMatchObject({
        ok: true,
        value: { answer: { ok: false, reason, message: expect.stringMatching(sentence) } },
      });
      expect(await lastAudit()).toMatchObject({ action: "code-host.test", outcome: "failed", details: { reason } });
    }
    await server.close();
  });

  it.each([
    ["nothing listens", "http://127.0.0.1:9", /Nothing answers/],
    ["the name does not exist", "https://no-such-name.invalid", /cannot be found/],
  ])("says so when %s", async (_what, baseUrl, sentence) => {
    expect(await testConnection(admin, { ...fields, baseUrl })).toMatchObject({
      ok: true,
      value: { answer: { ok: false, reason: "unreachable", message: expect.stringMatching(sentence) } },
    });
  });
});
