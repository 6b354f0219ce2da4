import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Secret } from "../secret";
import type { Connection, Entered, FailedRotation, RotateSupport, Successor, Verdict } from "./adapter";
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
  tokenOf,
} from "./contract-watch";
import { openTransport } from "./http";
import { type Simulator, startSimulator } from "./simulators/simulator";

/**
 * The contract's part on rotation: the successor is the same account with the same scopes, it is asked for once, an
 * answer that may have come too late is never called unchanged, and what is settled afterwards rotates nothing.
 */
export function describeRotation(subject: ContractSubject, printed: readonly unknown[]): void {
  const { adapter } = subject;
  const isReadOnly = subject.isReadOnly ?? isReading;
  const start = subject.rotatable?.start ?? subject.start;

  describe("rotate", () => {
    if (adapter.rotate === null) {
      it("is done by hand, with a guide for making another", () => {
        const baseUrl = subject.exampleBaseUrl ?? "https://git.example.com";
        const request = { baseUrl, scopes: [], tokenName: "Forgepass", expiresInDays: 90 };
        const storable = adapter.credentialTypes.filter(({ refusal }) => refusal === null);
        for (const { id: type } of storable)
          expect(adapter.guide({ ...request, type }).steps.length).toBeGreaterThan(0);
      });
      return;
    }
    const support: RotateSupport = adapter.rotate;
    let host: ContractHost;
    let sink: Simulator;
    let account: Verdict;
    beforeAll(async () => {
      host = await start();
      account = await verify(host, enteredOf(adapter, host.tokens.good));
      sink = await startSimulator(() => ({ status: 200, body: {} }));
      host.requests.length = 0;
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
      const { baseUrl } = to;
      const origins = adapter.origins(baseUrl);
      const guarded = openTransport({ origins, caCertificate: null, allowedNetworks: ["127.0.0.0/8"], deadlineMs });
      return { baseUrl, transport: recording(guarded, sent) };
    }

    function verify(to: ContractHost, entered: Entered): Promise<Verdict> {
      return adapter.verify(connect(to), entered, () => {});
    }

    /** With the account's password, where the host has one in the contract. */
    async function rotate(to: ContractHost, credential: ContractCredential, verdict: Verdict, deadlineMs?: number) {
      const sent: SentRequest[] = [];
      const made: Successor | FailedRotation = await support.successor(
        connect(to, sent, deadlineMs),
        enteredOf(adapter, credential),
        verdict.ok ? verdict.account : null,
        {
          expiresAt: new Date(Date.now() + 40 * 86_400_000),
          password: to.password === undefined ? null : new Secret(to.password),
        },
      );
      const secrets = [...secretsOf(credential), ...(to.password ? [to.password] : [])];
      for (const secret of secrets) expectNoLeak(secret, [made, printed]);
      for (const { url } of sent) for (const secret of secrets) expect(decodeURIComponent(url)).not.toContain(secret);
      const writes = sent.filter((request) => !isReadOnly(request));
      expect(writes.length).toBeLessThanOrEqual(1);
      if (!made.ok) expectWellFormed(made, [new URL(to.baseUrl).origin, ...(subject.pageOrigins ?? [])]);
      return { made, writes };
    }

    it("says of every type, offline, whether it can", async () => {
      let possible = 0;
      for (const { id: type } of [...adapter.credentialTypes, { id: "constructor" }]) {
        const scopes = account.ok ? account.scopes : null;
        const sentence = support.refusal(host.baseUrl, { type, fields: {}, scopes });
        if (sentence === null) possible++;
        else expect(sentence).toMatch(/^\S.*\.$/);
      }
      expect(possible).toBeGreaterThan(0);
      expect(host.requests).toEqual([]);
    });

    it("makes a successor of the same account with the same scopes, and the old one is as it was said", async () => {
      const own = await start();
      try {
        const old = enteredOf(adapter, own.tokens.good);
        const before = await verify(own, old);
        expect(before.ok).toBe(true);
        const { made, writes } = await rotate(own, own.tokens.good, before);
        expect(made).toMatchObject({ ok: true });
        if (!made.ok || !before.ok) return;
        expect(writes).toHaveLength(1);
        expect(made.entered.token.equals(old.token)).toBe(false);
        const after = await verify(own, made.entered);
        expect(after).toMatchObject({ ok: true, account: { id: before.account?.id }, type: before.type });
        if (after.ok && before.scopes) expect(new Set(after.scopes)).toEqual(new Set(before.scopes));
        const still = await verify(own, old);
        expect(still.ok).toBe(support.overlaps);
        if (!still.ok) expect(still.reason).toMatch(/^(rejected|revoked)$/);
        expectNoLeak(made.entered.token.reveal(), [made, printed]);
      } finally {
        await own.close();
      }
    });

    it.each(hostileResponses)("believes in no successor on $title, and not that nothing was made", async (row) => {
      host.respondNextWith(row.response);
      const { made, writes } = await rotate(host, host.tokens.good, account);
      expect(made.ok).toBe(false);
      const isRefusal = row.response.status >= 400 && row.response.status < 500;
      if (!made.ok && writes.length > 0 && !isRefusal) expect(made.isUnchanged).toBe(false);
      const entered = enteredOf(adapter, host.tokens.good);
      const settled = await support.settle(connect(host), entered, null, new Date());
      expect(settled.state).not.toBe("lost");
      host.respondNextWith(null);
      expect((await verify(host, entered)).ok).toBe(true);
    });

    it.each([301, 302, 307, 308])("does not follow a %i to elsewhere", async (status) => {
      host.respondNextWith({ status, headers: { location: `${sink.url}/` }, body: { message: "Moved" } });
      expect((await rotate(host, host.tokens.good, account)).made).toMatchObject({ ok: false, reason: "redirected" });
      expect(sink.requests).toEqual([]);
    });

    it("asks once, and does not say that nothing was made, when the host is silent", async () => {
      host.respondNextWith({ status: 200, delayMs: 3_000 });
      const { made, writes } = await rotate(host, host.tokens.good, account, 300);
      expect(made).toMatchObject({ ok: false, reason: "unreachable" });
      if (!made.ok) expect(made.isUnchanged).toBe(writes.length === 0);
    });

    it("after a lost answer tells what lives, what is dead and what cannot be told, and makes nothing", async () => {
      const own = await start();
      try {
        const old = enteredOf(adapter, own.tokens.good);
        const verdict = await verify(own, old);
        const who = verdict.ok ? verdict.account : null;
        const settle = () => support.settle(connect(own), old, who, new Date());
        expect(await settle()).toMatchObject({ state: "unchanged", message: expect.stringMatching(/^\S.*\.$/) });
        own.respondNextWith({ status: 503, body: "" });
        expect(await settle()).toMatchObject({ state: "unclear" });
        own.respondNextWith(null);
        own.revoke(tokenOf(own.tokens.good));
        expect(await settle()).toMatchObject({ state: "lost", message: expect.stringMatching(/^\S.*\.$/) });
      } finally {
        await own.close();
      }
    });
  });
}
