import { describe, expect, it } from "vitest";
import { Secret } from "../secret";
import type { ContractHost, ContractSubject } from "./contract";
import { recognitionCorpus } from "./contract-corpus";
import { enteredOf, fastest, isRealDate, tokenOf } from "./contract-watch";

/**
 * The contract's part that asks no host: recognition, the tables, the guides, addresses, and what Git is given.
 * @param host running by the time that the tests do
 */
export function describeOffline(
  { adapter, exampleBaseUrl = "https://git.example.com", pageOrigins = [] }: ContractSubject,
  host: () => ContractHost,
): void {
  const pagesOf = (baseUrl: string) => [new URL(baseUrl).origin, ...pageOrigins];

  describe("offline", () => {
    it("recognise never throws, is fast, and names one of the credential types", () => {
      const types = adapter.credentialTypes.map((type) => type.id);
      for (const text of [...recognitionCorpus, ...Object.values(host().tokens).map(tokenOf)]) {
        expect(fastest(() => adapter.recognise(text))).toBeLessThan(100);
        const recognition = adapter.recognise(text);
        if (!recognition) continue;
        for (const type of [recognition.type, ...(recognition.mayBe ?? [])]) expect(types).toContain(type);
        expect(text.startsWith(recognition.prefix)).toBe(true);
        expect(recognition.prefix.length).toBeLessThan(40);
      }
    });

    it("every implied scope is in the table, and what a thief could do is told where it matters", () => {
      const ids = adapter.scopes.map((scope) => scope.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const scope of adapter.scopes) {
        for (const { scope: implied } of scope.implies) expect(ids).toContain(implied);
        expect(scope.meaning).toMatch(/\S/);
        if (scope.risk === "admin") expect(scope.danger, scope.id).toMatch(/\S/);
        // Read after "Whoever gets hold of the token can …".
        if (scope.danger) expect(scope.danger).toMatch(/^(?!A |An |Can |Whoever |They )[A-Z][^.]*\.$/);
      }
    });

    it("says of every type that may be stored how to know one and how long it lives", () => {
      const storable = adapter.credentialTypes.filter((type) => type.refusal === null);
      expect(storable.length).toBeGreaterThan(0);
      expect(new Set(adapter.credentialTypes.map((type) => type.id)).size).toBe(adapter.credentialTypes.length);
      for (const { looksLike, lifetime, fields = [] } of storable) {
        for (const sentence of [looksLike, lifetime]) expect(sentence).toMatch(/^\S.*\.$/);
        expect(new Set(["token", ...fields.map((field) => field.id)]).size).toBe(fields.length + 1);
        for (const field of fields) {
          for (const text of recognitionCorpus) {
            expect(fastest(() => field.check(text))).toBeLessThan(100);
            expect(field.check(text) ?? "A sentence.").toMatch(/^\S.*\.$/);
          }
        }
      }
    });

    it("guides to every type that may be stored on every release, with one field to paste into", () => {
      const versions = adapter.guideVersions.length > 0 ? adapter.guideVersions.map(({ id }) => id) : [undefined];
      for (const { id: type } of adapter.credentialTypes.filter(({ refusal }) => refusal === null)) {
        for (const version of versions) {
          const request = {
            baseUrl: exampleBaseUrl,
            type,
            scopes: adapter.scopes.slice(0, 3).map((scope) => scope.id),
            tokenName: "Forgepass & co",
            expiresInDays: 90,
          };
          const guide = adapter.guide(version === undefined ? request : { ...request, version });
          expect(guide.steps.filter((step) => step.part === "paste")).toHaveLength(1);
          for (const step of guide.steps) expect(step.text).toMatch(/\S/);
          expect(guide.removal).toMatch(/^\S.*\.$/);
          for (const page of [guide.tokenPage?.url, guide.managePage]) {
            if (page === undefined) continue;
            expect(pagesOf(exampleBaseUrl)).toContain(new URL(page).origin);
          }
        }
      }
    });

    it("guides to adding a public key by hand, where one can be kept", () => {
      const { ssh } = adapter;
      const uses = ssh.signing === "none" ? (["git"] as const) : (["git", "signing"] as const);
      const endpoint = ssh.endpoint(exampleBaseUrl);
      expect(endpoint.host).toMatch(/^[a-z0-9.-]+$/);
      expect(endpoint.port).toBeGreaterThan(0);
      for (const use of uses) {
        const { steps, page } = ssh.guide({ baseUrl: exampleBaseUrl, use });
        expect(steps.length).toBeGreaterThan(0);
        expect(pagesOf(exampleBaseUrl)).toContain(new URL(page).origin);
      }
      for (const fingerprint of Object.values(ssh.published).flat()) {
        expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
      }
      const types = adapter.credentialTypes.map(({ id }) => id);
      for (const type of ssh.keys?.notFor ?? []) expect(types).toContain(type);
      const ids = adapter.scopes.map(({ id }) => id);
      const needs = [...(ssh.keys?.needs ?? []), ...(ssh.keys?.needsForSigning ?? [])];
      for (const scope of needs) expect(ids).toContain(scope);
    });

    it("says what the host retires, since when that is known, from where, and what to do instead", () => {
      expect(adapter.pace.concurrent).toBeGreaterThan(0);
      expect(adapter.pace.everyMs).toBeGreaterThanOrEqual(0);
      expect(new Set(adapter.sunsets.map(({ id }) => id)).size).toBe(adapter.sunsets.length);
      const enteredAt = new Date("2024-02-29T00:00:00Z");
      for (const { id, rule, instead, source, readOn, endsAt } of adapter.sunsets) {
        expect(id).toMatch(/^[a-z0-9-]+$/);
        for (const sentence of [rule, instead]) expect(sentence).toMatch(/^[A-Z].*\.$/);
        expect(new URL(source).protocol).toBe("https:");
        expect(readOn).toMatch(/^20\d\d-\d\d-\d\d$/);
        const facts = { baseUrl: exampleBaseUrl, prefix: "", fields: {}, notes: [], enteredAt, lastUsedAt: null };
        const ends = [...adapter.credentialTypes.map((type) => type.id), "constructor", ""].map((type) =>
          endsAt({ ...facts, type }),
        );
        for (const at of ends) expect(at === null || isRealDate(at)).toBe(true);
        expect(ends.at(-1)).toBeNull();
      }
    });

    it("names only origins to send to, and a base URL that stays what it is", () => {
      const normal = adapter.normaliseBaseUrl(new URL(exampleBaseUrl));
      expect(normal).toBeInstanceOf(URL);
      if (!(normal instanceof URL)) return;
      expect(String(adapter.normaliseBaseUrl(new URL(normal)))).toBe(String(normal));
      const origins = adapter.origins(exampleBaseUrl);
      expect(origins.length).toBeGreaterThan(0);
      for (const origin of origins) expect(new URL(origin).origin).toBe(origin);
    });

    it("gives git a user name and the password as a Secret", () => {
      const entered = enteredOf(adapter, host().tokens.good);
      const remote = new URL(`${exampleBaseUrl}/${host().repository}`);
      const { username, password, expiresAt } = adapter.gitCredential(entered, null, remote);
      expect(username).toMatch(/^[\x21-\x7e]+$/);
      expect(username).not.toContain(tokenOf(host().tokens.good));
      expect(password).toBeInstanceOf(Secret);
      // What is signed for a moment is not the token.
      if (expiresAt === null) expect(password.lastFour).toBe(entered.token.lastFour);
      else expect(expiresAt.getTime()).toBeGreaterThan(Date.now());
    });
  });
}
