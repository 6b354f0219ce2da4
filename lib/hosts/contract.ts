import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Accepted, Adapter, Connection, Probe, Verdict, VerifyStep } from "./adapter";
import { hostileResponses, undecidedReasons } from "./contract-corpus";
import { describeOffline } from "./contract-offline";
import { describeRevocation } from "./contract-revoke";
import { describeRotation } from "./contract-rotate";
import {
  type ContractCredential,
  enteredOf,
  expectNoLeak,
  expectReadOnly,
  expectWellFormed,
  isReading,
  isRealDate,
  recording,
  type SentRequest,
  tokenOf,
} from "./contract-watch";
import { openTransport } from "./http";
import { type Simulator, type SimulatorRequest, type SimulatorResponse, startSimulator } from "./simulators/simulator";

/**
 * The one suite that every adapter passes against its simulator. It guards what holds for every kind of code host: a
 * token is called rejected only when the host said so, nothing throws, nothing is written, and no token leaks. What is
 * particular to a kind is tested beside its adapter. There is no way to skip a case.
 */
export interface ContractSubject {
  adapter: Adapter;
  start(): Promise<ContractHost>;
  /** A base URL as it is stored. Default https://git.example.com. */
  exampleBaseUrl?: string;
  /** Origins besides the base URL's that guides, profiles and refusals may link to. */
  pageOrigins?: readonly string[];
  /** How many requests one verification may take. Default 6; more needs a reason. */
  maxRequests?: number;
  /** What can be revoked, when that is not this: another simulator, and a base URL whose origins it plays. */
  revocable?: { baseUrl?: string; start(): Promise<ContractHost> };
  /** What can be rotated, when that is not this: another simulator. */
  rotatable?: { start(): Promise<ContractHost> };
  /** How many requests one revocation may take, with and without a password. Default 3. */
  maxRevokeRequests?: number;
  /** How many requests of a revocation may write. Default 1. */
  revokeWrites?: number;
  /** Which requests change nothing, where a host reads by POST. Default: GET, HEAD and OPTIONS. */
  isReadOnly?(request: SentRequest): boolean;
}

export interface ContractHost {
  baseUrl: string;
  /** The simulator's log. */
  requests: SimulatorRequest[];
  close(): Promise<void>;
  tokens: {
    good: ContractCredential;
    /** Another good one of the same account. */
    another: ContractCredential;
    /** Valid, but with few scopes. */
    lacking: ContractCredential;
    /** Unknown to the host. */
    rejected: ContractCredential;
    /** May equal `rejected` where the host cannot tell. */
    expired: ContractCredential;
    /** The host's own way of saying rate limit, beyond a plain 429. */
    rateLimited?: ContractCredential;
    /** Valid, and may hardly do anything. */
    scopeless: ContractCredential;
  };
  /** Of the account behind `good`: where a host ends a token only for its owner's password. */
  password?: string;
  /** "owner/name" of a repository that the good token may push to. */
  repository: string;
  /** Every answer from now on, until null is given. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** Kills the credential with that token, as its owner would at the host. */
  revoke(token: string): void;
}

interface Check {
  verdict: Verdict;
  steps: VerifyStep[];
  sent: SentRequest[];
  elapsedMs: number;
}

/** Each check is a use, so the next is told of it. */
function withoutUse(verdict: Verdict): Verdict {
  if (!verdict.ok) return verdict;
  const { lastUsedAt: _, ...rest } = verdict;
  return rest;
}

export function describeAdapterContract(subject: ContractSubject): void {
  const { adapter, pageOrigins = [], maxRequests = 6 } = subject;
  const isReadOnly = subject.isReadOnly ?? isReading;

  describe(`adapter contract: ${adapter.name}`, () => {
    let host: ContractHost;
    let sink: Simulator;
    const printed: unknown[] = [];

    beforeAll(async () => {
      for (const method of ["debug", "info", "log", "warn", "error"] as const) {
        vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words.map(String)));
      }
      host = await subject.start();
      sink = await startSimulator(() => ({ status: 200, body: {} }));
    });
    afterAll(async () => {
      vi.restoreAllMocks();
      await host.close();
      await sink.close();
    });
    afterEach(() => {
      host.respondNextWith(null);
      host.requests.length = 0;
      sink.requests.length = 0;
    });

    function connect(sent: SentRequest[], deadlineMs = 4_000, baseUrl = host.baseUrl): Connection {
      const origins = adapter.origins(baseUrl);
      const guarded = openTransport({
        origins,
        caCertificate: null,
        allowedNetworks: ["127.0.0.0/8"],
        deadlineMs,
      });
      return { baseUrl, transport: recording(guarded, sent) };
    }

    function pagesOf(baseUrl: string): string[] {
      return [new URL(baseUrl).origin, ...pageOrigins];
    }

    async function check(
      credential: ContractCredential,
      { deadlineMs = 4_000, baseUrl = host.baseUrl } = {},
    ): Promise<Check> {
      const steps: VerifyStep[] = [];
      const sent: SentRequest[] = [];
      const startedAt = Date.now();
      const verdict = await adapter.verify(
        connect(sent, deadlineMs, baseUrl),
        enteredOf(adapter, credential),
        (step) => {
          steps.push(step);
        },
      );
      const result = { verdict, steps, sent, elapsedMs: Date.now() - startedAt };
      expectNoLeak(credential, [verdict, steps, printed]);
      expectReadOnly({ adapter, isReadOnly }, baseUrl, credential, sent);
      if (!verdict.ok) expectWellFormed(verdict, pagesOf(baseUrl));
      return result;
    }

    describe("verify", () => {
      it("accepts a good token and tells who it is, what it may do and until when", async () => {
        const { verdict, steps } = await check(host.tokens.good);
        expect(verdict).toMatchObject({ ok: true });
        if (!verdict.ok) return;
        expect(verdict.account?.id).toMatch(/\S/);
        expect(verdict.account?.login).toMatch(/^[^@\s]\S*$/);
        expect(adapter.credentialTypes.map((type) => type.id)).toContain(verdict.type);
        if (verdict.account?.url) expect(pagesOf(host.baseUrl)).toContain(new URL(verdict.account.url).origin);
        expect(verdict.expiry.known ? verdict.expiry.at === null || isRealDate(verdict.expiry.at) : true).toBe(true);
        expect(steps[0]?.step).toBe("reachable");
        expect(new Set(steps.map((step) => step.step))).toEqual(new Set(["reachable", "account", "scopes", "expiry"]));
        expect(steps).toHaveLength(4);
      });

      it("accepts a token that lacks scopes, with fewer scopes than the good one", async () => {
        const good = (await check(host.tokens.good)).verdict;
        const lacking = (await check(host.tokens.lacking)).verdict;
        expect(lacking).toMatchObject({ ok: true });
        if (!good.ok || !lacking.ok || !good.scopes || !lacking.scopes) return;
        // Where scopes are told in part, what it surely lacks may be all that differs.
        const told = ({ scopes, absent = [] }: Accepted) => [new Set(scopes), new Set(absent)];
        expect(told(lacking)).not.toEqual(told(good));
      });

      it("does not call a valid token with no useful scope rejected", async () => {
        const { verdict } = await check(host.tokens.scopeless);
        expect(verdict.ok ? "ok" : verdict.reason).toMatch(/^(ok|insufficient-scope)$/);
      });

      it("gives the host's own words when it rejects a token", async () => {
        const { verdict } = await check(host.tokens.rejected);
        expect(verdict).toMatchObject({ ok: false, reason: "rejected", hostSaid: expect.stringMatching(/\S/) });
      });

      it("calls an expired token expired, or rejected where the host cannot tell", async () => {
        const { verdict } = await check(host.tokens.expired);
        const reason = host.tokens.expired === host.tokens.rejected ? "rejected" : "expired";
        expect(verdict).toMatchObject({ ok: false, reason, hostSaid: expect.stringMatching(/\S/) });
      });

      it("does not accept a credential that was revoked, whatever it said before", async () => {
        const own = await subject.start();
        try {
          const { baseUrl, tokens } = own;
          const before = [tokens.good, tokens.another];
          const accounts = [];
          for (const credential of before) {
            const { verdict } = await check(credential, { baseUrl });
            expect(verdict).toMatchObject({ ok: true });
            if (verdict.ok) accounts.push(verdict.account?.id);
          }
          expect(accounts[1]).toBe(accounts[0]);
          own.revoke(tokenOf(tokens.good));
          const revoked = (await check(tokens.good, { baseUrl })).verdict;
          expect(revoked.ok ? "ok" : revoked.reason).toMatch(/^(rejected|revoked|expired)$/);
          expect((await check(tokens.another, { baseUrl })).verdict).toMatchObject({ ok: true });
        } finally {
          await own.close();
        }
      });

      it("shortens the host's words and takes the token out of them", async () => {
        const token = tokenOf(host.tokens.rejected);
        const words = `no ${token} ${Buffer.from(token).toString("base64")} ${"x".repeat(5_000)}\u0000\u001b[31m`;
        host.respondNextWith({ status: 401, body: { message: words, error: words, error_description: words } });
        const { verdict } = await check(host.tokens.rejected);
        expect(verdict.ok).toBe(false);
      });

      it("keeps tokens that are verified at the same time apart", async () => {
        const { good, lacking, rejected, scopeless } = host.tokens;
        const tokens = [good, lacking, rejected, scopeless];
        const apart: Check[] = [];
        for (const token of tokens) apart.push(await check(token));
        const together = await Promise.all([...tokens, ...tokens, ...tokens].map((token) => check(token)));
        expect(together.map(({ verdict }) => withoutUse(verdict))).toEqual(
          [...apart, ...apart, ...apart].map(({ verdict }) => withoutUse(verdict)),
        );
      });

      it("asks at most a few times, and asks again for nothing", async () => {
        for (const status of [200, 401, 429, 500, 502, 503]) {
          host.respondNextWith(status === 200 ? null : { status, body: { message: "no" } });
          const { sent } = await check(host.tokens.good);
          expect(sent.length, `status ${status}`).toBeLessThanOrEqual(maxRequests);
          const asked = sent.map(({ method, url, body }) => `${method} ${url} ${body}`);
          expect(new Set(asked).size, `status ${status}`).toBe(sent.length);
        }
      });
    });

    describe("an answer that proves nothing is neither accepted nor rejected", () => {
      it.each(hostileResponses)("$title", async ({ response }) => {
        host.respondNextWith(response);
        const { verdict, elapsedMs } = await check(host.tokens.good);
        expect(undecidedReasons).toContain(verdict.ok ? "ok" : verdict.reason);
        expect(elapsedMs).toBeLessThan(6_000);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      });

      it.each([301, 302, 303, 307, 308])("a %i to elsewhere is not followed", async (status) => {
        host.respondNextWith({ status, headers: { location: `${sink.url}/login` }, body: { message: "Moved" } });
        const { verdict } = await check(host.tokens.good);
        expect(verdict).toMatchObject({ ok: false, reason: "redirected" });
        expect(sink.requests).toHaveLength(0);
      });

      it("a host that is silent until the deadline is unreachable", async () => {
        host.respondNextWith({ status: 200, body: {}, delayMs: 3_000 });
        const { verdict, elapsedMs } = await check(host.tokens.good, { deadlineMs: 300 });
        expect(verdict).toMatchObject({ ok: false, reason: "unreachable" });
        expect(elapsedMs).toBeLessThan(2_000);
      });

      it("a host where nothing listens is unreachable", async () => {
        const gone = await startSimulator(() => ({ status: 200 }));
        await gone.close();
        const { verdict } = await check(host.tokens.good, { baseUrl: gone.url });
        expect(verdict).toMatchObject({ ok: false, reason: "unreachable" });
      });
    });

    describe("rate limits", () => {
      it.each(["seconds", "a date"])("a 429 with Retry-After as %s is rate-limited until then", async (form) => {
        const asked = Date.now();
        const until = new Date(asked + 60_000).toUTCString();
        host.respondNextWith({
          status: 429,
          headers: { "retry-after": form === "seconds" ? "60" : until },
          body: "Retry later\n",
        });
        const { verdict } = await check(host.tokens.good);
        expect(verdict).toMatchObject({ ok: false, reason: "rate-limited", retryAt: expect.any(Date) });
        if (verdict.ok || !verdict.retryAt) return;
        // A date has no milliseconds; seconds count from when the answer was read.
        expect(verdict.retryAt.getTime()).toBeGreaterThanOrEqual(asked + 59_000);
        expect(verdict.retryAt.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
      });

      it.each(["", "-5", "soon", "1e300", "999999999999999999"])("survives a Retry-After of %j", async (retryAfter) => {
        host.respondNextWith({ status: 429, headers: { "retry-after": retryAfter }, body: { message: "no" } });
        const { verdict } = await check(host.tokens.good);
        expect(verdict).toMatchObject({ ok: false, reason: "rate-limited" });
      });

      it("the host's own way of saying it is understood", async () => {
        if (!host.tokens.rateLimited) return;
        const { verdict } = await check(host.tokens.rateLimited);
        expect(verdict).toMatchObject({ ok: false, reason: "rate-limited" });
      });
    });

    describe("identify", () => {
      it("tells the product, and its version where the host tells it to strangers", async () => {
        const sent: SentRequest[] = [];
        const identification = await adapter.identify(connect(sent));
        expect(identification).toMatchObject({ ok: true, product: expect.stringMatching(/\S/) });
        if (identification.ok && identification.version !== null) expect(identification.version).toMatch(/\d/);
        for (const request of sent) expect(isReadOnly(request)).toBe(true);
      });

      it.each(hostileResponses.filter(({ identifiable }) => !identifiable))(
        "is not taken in by $title",
        async (row) => {
          host.respondNextWith(row.response);
          const identification = await adapter.identify(connect([]));
          expect(undecidedReasons).toContain(identification.ok ? "ok" : identification.reason);
        },
      );

      it("says that nothing answers", async () => {
        const gone = await startSimulator(() => ({ status: 200 }));
        await gone.close();
        expect(await adapter.identify(connect([], 4_000, gone.url))).toMatchObject({
          ok: false,
          reason: "unreachable",
        });
      });
    });

    describe("probe", () => {
      async function probe(credential: ContractCredential, repository: string): Promise<Probe | null> {
        if (!adapter.probe) return null;
        const sent: SentRequest[] = [];
        const answer = await adapter.probe(connect(sent), enteredOf(adapter, credential), repository);
        expectNoLeak(credential, [answer, printed]);
        expectReadOnly({ adapter, isReadOnly }, host.baseUrl, credential, sent);
        return answer;
      }

      it("tells what the good token may do to a repository, without writing", async () => {
        const answer = await probe(host.tokens.good, host.repository);
        if (!answer) return;
        expect(answer).toMatchObject({ ok: true });
        if (!answer.ok) return;
        expect(answer.abilities.map(({ ability }) => ability).sort()).toEqual(["push", "read", "status"]);
        expect(answer.abilities.find(({ ability }) => ability === "read")?.answer).toBe("yes");
        for (const { why } of answer.abilities) expect(why).toMatch(/\S/);
      });

      it("answers yes to nothing for a rejected token", async () => {
        const answer = await probe(host.tokens.rejected, host.repository);
        const abilities = answer?.ok ? answer.abilities : [];
        expect(abilities.filter((row) => row.answer === "yes")).toEqual([]);
      });

      it.each(["", "a", "/", "../..", "a/../../user", "a/b?x=1", "a/b#", "%2e%2e/x", "a/b\r\nX: y", "\u0000/x", "é/ü"])(
        "answers yes to nothing for a repository named %j, and does not throw",
        async (repository) => {
          const answer = await probe(host.tokens.good, repository);
          const abilities = answer?.ok ? answer.abilities : [];
          expect(abilities.filter((row) => row.answer === "yes")).toEqual([]);
        },
      );

      it.each(hostileResponses)("answers yes to nothing on $title, and does not throw", async ({ response }) => {
        host.respondNextWith(response);
        const answer = await probe(host.tokens.good, host.repository);
        const abilities = answer?.ok ? answer.abilities : [];
        expect(abilities.filter((row) => row.answer === "yes")).toEqual([]);
      });
    });

    describeRevocation(subject, printed);
    describeRotation(subject, printed);
    describeOffline(subject, () => host);
  });
}
