import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../secret";
import type { Adapter, Connection, Revoked, RevokeSupport, Verdict } from "./adapter";
import type { ContractHost, ContractSubject } from "./contract";
import { hostileResponses } from "./contract-corpus";
import {
  type ContractCredential,
  enteredOf,
  expectNoLeak,
  expectWellFormed,
  isReading,
  recording,
  type SentRequest,
  secretsOf,
} from "./contract-watch";
import { openTransport, type Transport } from "./http";
import { type Simulator, type SimulatorRequest, type SimulatorResponse, startSimulator } from "./simulators/simulator";

/**
 * The contract's part on revocation: it ends the given credential and nothing else, is asked once, believes no answer
 * that is not the host's, and says so where it cannot.
 */
export function describeRevocation(subject: ContractSubject, printed: readonly unknown[]): void {
  const { adapter, maxRevokeRequests = 3 } = subject;
  const isReadOnly = subject.isReadOnly ?? isReading;
  const start = subject.revocable?.start ?? subject.start;

  describe("revoke", () => {
    let host: ContractHost;
    let sink: Simulator;
    /** Of the good one. */
    let account: Verdict;
    beforeAll(async () => {
      host = await start();
      account = await verify(host, host.tokens.good);
      sink = await startSimulator(() => ({ status: 204 }));
    });
    afterAll(async () => {
      await host.close();
      await sink.close();
    });
    afterEach(() => {
      host.respondNextWith(null);
      host.requests.length = 0;
      sink.requests.length = 0;
    });

    function connect(to: ContractHost, sent: SentRequest[] = [], deadlineMs = 4_000): Connection {
      const baseUrl = subject.revocable?.baseUrl ?? to.baseUrl;
      const isPlayed = baseUrl !== to.baseUrl;
      const origins = isPlayed ? [new URL(to.baseUrl).origin] : adapter.origins(baseUrl);
      const guarded = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs });
      const played = isPlayed ? playedBy(to.baseUrl, adapter.origins(baseUrl), guarded) : guarded;
      return { baseUrl, transport: recording(played, sent) };
    }

    async function verify(to: ContractHost, credential: ContractCredential): Promise<Verdict> {
      return adapter.verify(connect(to), enteredOf(adapter, credential), () => {});
    }

    async function revokeOnce(
      support: RevokeSupport,
      to: ContractHost,
      credential: ContractCredential,
      given: { password?: string | null; deadlineMs?: number; account?: Verdict } = {},
    ) {
      const { password = null, deadlineMs, account: verdict } = given;
      const sent: SentRequest[] = [];
      const answer = await support.revoke(
        connect(to, sent, deadlineMs),
        enteredOf(adapter, credential),
        verdict?.ok ? verdict.account : null,
        { password: password === null ? null : new Secret(password) },
      );
      expectNoLeak(credential, [answer, printed]);
      if (password !== null) expectNoLeak(password, [answer, printed]);
      const secrets = [...secretsOf(credential), ...(password === null ? [] : [password])];
      for (const { url } of sent) {
        for (const secret of secrets) expect(decodeURIComponent(url)).not.toContain(secret);
      }
      expect(sent.length).toBeLessThanOrEqual(maxRevokeRequests);
      if (!answer.ok) expectWellFormed(answer, [new URL(connect(to).baseUrl).origin, ...(subject.pageOrigins ?? [])]);
      return { answer, sent };
    }

    /** As a person does: once without the password, and with it where it is asked for. */
    async function revoke(support: RevokeSupport, to: ContractHost, credential: ContractCredential, account?: Verdict) {
      const first = await revokeOnce(support, to, credential, { account });
      if (first.answer.ok || !first.answer.needsPassword) return first;
      expect(support.password, "that a password is asked for is said").toBeDefined();
      expect(to.password, "the contract's host needs a password").toBeDefined();
      return revokeOnce(support, to, credential, { account, password: to.password ?? "" });
    }

    if (adapter.revoke === null) {
      it("is done by hand, on a page that the guide knows", () => {
        for (const { id: type } of adapter.credentialTypes)
          expect(managePageOf(adapter, subject, type)).toMatch(/^http/);
      });
      return;
    }
    const support = adapter.revoke;

    it("says of every type, offline, whether it can, and asks nothing where it cannot", async () => {
      let possible = 0;
      for (const { id: type } of [...adapter.credentialTypes, { id: "constructor" }]) {
        const sentence = support.refusal(connect(host).baseUrl, { type, fields: {} });
        if (sentence === null) possible++;
        else {
          expect(sentence).toMatch(/^\S.*\.$/);
          const { answer, sent } = await revokeOnce(support, host, { ...asObject(host.tokens.good), type });
          expect(answer).toMatchObject({ ok: false, message: sentence });
          expect(sent).toEqual([]);
        }
        expect(managePageOf(adapter, subject, type)).toMatch(/^http/);
      }
      expect(possible).toBeGreaterThan(0);
    });

    it("ends the given credential and no other, with one request that writes", async () => {
      const own = await start();
      try {
        const { good, another, lacking } = own.tokens;
        const before = await verify(own, good);
        expect(before.ok).toBe(true);
        expect((await verify(own, another)).ok).toBe(true);
        const { answer, sent } = await revoke(support, own, good, before);
        expect(answer).toMatchObject({ ok: true, status: expect.any(Number) });
        if (!answer.ok) return;
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect(answer.status).toBeLessThan(300);
        expect(sent.filter((request) => !isReadOnly(request)).length).toBeLessThanOrEqual(subject.revokeWrites ?? 1);
        const after = await dead(() => verify(own, good), answer);
        expect(after.ok ? "ok" : after.reason).toMatch(/^(rejected|revoked|expired)$/);
        for (const untouched of [another, lacking]) expect((await verify(own, untouched)).ok).toBe(true);
      } finally {
        await own.close();
      }
    });

    it("is no error where the credential is dead already", async () => {
      const own = await start();
      try {
        const before = await verify(own, own.tokens.good);
        const first = await revoke(support, own, own.tokens.good, before);
        expect(first.answer.ok).toBe(true);
        await dead(() => verify(own, own.tokens.good), { isLater: true });
        const again = await revoke(support, own, own.tokens.good, before);
        expect(again.answer).toMatchObject({ ok: true });
        expect((await verify(own, own.tokens.another)).ok).toBe(true);
      } finally {
        await own.close();
      }
    });

    it.each(hostileResponses)("does not call it revoked on $title", async ({ title, response }) => {
      for (const password of [null, host.password ?? "a password"]) {
        host.respondNextWith(response);
        const { answer } = await revokeOnce(support, host, host.tokens.good, { password, account });
        host.respondNextWith(null);
        // The very answer that the host gives: the check afterwards tells.
        if (title !== "a 204") expect(answer.ok).toBe(false);
        if (!answer.ok) expect(["rejected", "revoked", "expired"]).not.toContain(answer.reason);
      }
    });

    it.each([400, 401, 403, 404, 422])("takes out of a %i what the host repeats of the request", async (status) => {
      for (const form of ["json", "text", "xml"] as const) {
        const echo = await startSimulator((request) => repeat(request, status, form));
        const to = { ...host, baseUrl: `${echo.url}${new URL(host.baseUrl).pathname}` };
        for (const password of [null, host.password ?? "a pass word"]) {
          await revokeOnce(support, to, host.tokens.good, { account, password });
        }
        await echo.close();
      }
    });

    it.each([301, 302, 307, 308])("does not follow a %i to elsewhere", async (status) => {
      host.respondNextWith({ status, headers: { location: `${sink.url}/` }, body: { message: "Moved" } });
      const { answer } = await revokeOnce(support, host, host.tokens.good, {
        account,
        password: host.password ?? null,
      });
      expect(answer).toMatchObject({ ok: false, reason: "redirected" });
      expect(sink.requests).toEqual([]);
    });

    it("asks once, and says that no answer came, when the host is silent", async () => {
      host.respondNextWith({ status: 204, delayMs: 3_000 });
      const { answer, sent } = await revokeOnce(support, host, host.tokens.good, { account, deadlineMs: 300 });
      expect(answer).toMatchObject({ ok: false, reason: "unreachable" });
      const asked = sent.map(({ method, url, body }) => `${method} ${url} ${body}`);
      expect(new Set(asked).size).toBe(sent.length);
    });

    it("tells until when a rate limit lasts", async () => {
      host.respondNextWith({ status: 429, headers: { "retry-after": "60" }, body: "Retry later\n" });
      const { answer } = await revokeOnce(support, host, host.tokens.good, { account });
      expect(answer).toMatchObject({ ok: false, reason: "rate-limited", retryAt: expect.any(Date) });
    });
  });
}

/** A refusal that quotes the credentials it was sent, as they were and decoded. */
function repeat(request: SimulatorRequest, status: number, form: "json" | "text" | "xml"): SimulatorResponse {
  const given = request.headers.authorization ?? "";
  const decoded = Buffer.from(given.replace(/^Basic /, ""), "base64").toString("utf8");
  const words = `no ${given} ${decoded.replace(/[^\x20-\x7e]/g, "")} ${request.body} ${"x".repeat(5_000)}`;
  const errors = [{ message: words, exceptionName: "com.atlassian.bitbucket.AuthorisationException" }];
  if (form === "json") {
    const headers = { "x-gitlab-meta": "{}", "x-ausername": "alice" };
    return { status, headers, body: { message: words, error: words, error_description: words, errors } };
  }
  if (form === "text") return { status, headers: { "content-type": "text/plain" }, body: words };
  const body = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${words}</Message></Error></ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml" }, body };
}

/** Origins that are not on this machine, asked of the simulator that plays them. */
function playedBy(simulatorUrl: string, origins: readonly string[], transport: Transport): Transport {
  return {
    fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : String(input));
      expect(origins).toContain(url.origin);
      return transport.fetch(`${simulatorUrl}${url.pathname}${url.search}`, init);
    },
  };
}

/** What the check afterwards says: at once, or where the host only said that it will, a few checks later. */
async function dead(check: () => Promise<Verdict>, { isLater }: Pick<Revoked, "isLater">): Promise<Verdict> {
  let verdict = await check();
  for (let tries = 0; isLater && verdict.ok && tries < 5; tries++) verdict = await check();
  return verdict;
}

function asObject(credential: ContractCredential): Exclude<ContractCredential, string> {
  return typeof credential === "string" ? { token: credential } : credential;
}

function managePageOf(adapter: Adapter, { exampleBaseUrl = "https://git.example.com" }: ContractSubject, type: string) {
  const tokenName = "Forgepass";
  return adapter.guide({ baseUrl: exampleBaseUrl, type, scopes: [], tokenName, expiresInDays: 90 }).managePage;
}
