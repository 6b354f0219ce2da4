import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addHost, storeInput } from "../credentials/fixture";
import { removeCredential } from "../credentials/remove";
import { storeCredential } from "../credentials/store";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../hosts/simulators/bitbucket-data-center";
import { Secret } from "../secret";
import type { UserActor } from "../testing/actors";
import { checkRevocation } from "./check-revocation";
import { createRevocationsFixture, type RevocationsFixture } from "./fixture";
import { removeMany } from "./remove-many";

let f: RevocationsFixture;

beforeAll(async () => {
  f = await createRevocationsFixture();
});
afterAll(() => f.drop());

const own = (actor: UserActor, id: string) => ({ owner: { type: "user", id: actor.id } as const, credentialId: id });
const revoke = { waitsMs: [1, 1] };

describe("a host that wants the account's password", () => {
  const password = "alice's own pass word";
  let server: BitbucketDataCenterSimulator;
  let hostId: string;

  beforeAll(async () => {
    server = await startBitbucketDataCenterSimulator();
    server.addUser({ name: "alice", password });
    hostId = await addHost(f.database, "bitbucket-data-center", "Bitbucket", server.baseUrl);
  });
  afterAll(() => server.close());

  afterEach(async () => {
    await f.database.query(`DELETE FROM "Revocation"`);
    await f.database.query(`DELETE FROM "Credential"`);
  });

  async function add(): Promise<{ id: string; token: string }> {
    const token = server.addToken();
    const input = storeInput(f.alice, hostId, token, { confirm: ["missing-scopes"] });
    const stored = await storeCredential(f.alice, input);
    if (!stored.ok) throw new Error(stored.error.message);
    return { id: stored.value.id, token };
  }

  it("is asked for it before anything is removed; it is used once and kept nowhere", async () => {
    const { id, token } = await add();
    const refused = await removeCredential(f.alice, { ...own(f.alice, id), revoke });
    expect(refused).toMatchObject({ ok: false, error: { code: "needs-confirmation", needsPassword: true } });
    expect(await f.database.query(`SELECT id FROM "Credential"`)).toEqual([{ id }]);
    expect(await f.receipts()).toEqual([]);
    const wrong = await removeCredential(f.alice, {
      ...own(f.alice, id),
      revoke: { ...revoke, password: new Secret("not it") },
    });
    expect(wrong).toMatchObject({ ok: false, error: { needsPassword: true } });
    const removed = await removeCredential(f.alice, {
      ...own(f.alice, id),
      revoke: { ...revoke, password: new Secret(password) },
    });
    expect(removed).toMatchObject({ ok: true, value: { receipt: { state: "dead", hostStatus: 204 } } });
    expect(await f.receipts()).toMatchObject([{ sealed: null, kid: null }]);
    const everything = await f.database.query(
      `SELECT (SELECT json_agg(r) FROM "Revocation" r)::text || (SELECT json_agg(a) FROM "AuditEntry" a)::text AS text`,
    );
    for (const secret of [token, password, JSON.stringify(password).slice(1, -1)]) {
      expect(everything[0]?.text).not.toContain(secret);
    }
  });

  it("without it, is watched until the token is deleted by hand; many at once leave it where it is", async () => {
    const { id, token } = await add();
    const sent = { scope: "all", credentialIds: [id], revoke: true };
    expect(await removeMany(f.admin, sent)).toMatchObject({
      ok: true,
      value: [{ outcome: "kept", message: expect.stringMatching(/password: remove it by itself/) }],
    });
    const removed = await removeCredential(f.alice, { ...own(f.alice, id), revoke: { ...revoke, byHand: true } });
    expect(removed).toMatchObject({ ok: true, value: { receipt: { state: "alive", canCheck: true } } });
    server.revokeToken(token);
    const receipt = removed.ok ? (removed.value.receipt?.id ?? "") : "";
    expect(await checkRevocation(f.alice, receipt)).toMatchObject({ ok: true, value: { state: "dead" } });
  });
});
