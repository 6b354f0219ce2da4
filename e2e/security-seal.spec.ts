/**
 * Stored tokens after the database or the code host's address was changed: the threat table's rows 9 and 10. See
 * SECURITY.md.
 */
import { startGithubSimulator } from "../lib/hosts/simulators/github";
import { expect, test } from "./fixtures";
import { addHost, closeAll, closeLater, startSink } from "./hostile-hosts";
import { query } from "./people";
import { callAction, postCredential } from "./raw-request";

test.afterEach(closeAll);

test.describe("a stored token", () => {
  test("is sent to no other address than it was entered for", async ({ user, admin }) => {
    const sink = await startSink();
    const simulator = await startGithubSimulator({ flavour: "ghes" });
    closeLater(simulator.close);
    const host = await addHost("github", simulator.url);
    const added: Record<string, string> = {};
    for (const [owner, as] of [
      ["me", user],
      ["site", admin],
    ] as const) {
      const token = simulator.addToken({ scopes: ["repo"] });
      const answer = await postCredential({ owner, codeHostId: host.id, token, confirm: "missing-scopes" }, { as });
      expect(answer.result.ok).toBe(true);
      added[owner] = answer.result.value?.id ?? "";
    }
    const moved = { id: host.id, name: host.name, baseUrl: sink.url, caCertificate: null, gitOverSsh: false };
    const asked = await callAction("editCodeHostAction", [moved], { as: admin });
    expect(asked.result).toMatchObject({ ok: false, error: { code: "needs-confirmation" } });
    const edited = await callAction("editCodeHostAction", [{ ...moved, confirmedCount: 2 }], { as: admin });
    expect(edited.result).toMatchObject({ ok: true });
    const check = async () => [
      await callAction("checkCredentialAction", [{ owner: "me", credentialId: added.me }], { as: user }),
      await callAction("checkCredentialAction", [{ owner: user.id, credentialId: added.me }], { as: admin }),
      await callAction("checkCredentialAction", [{ owner: "site", credentialId: added.site }], { as: admin }),
    ];
    for (const { result } of await check()) expect(result).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(sink.hits()).toBe(0);
    // Whoever writes to the database can say that it was entered for the new address, but not seal it so.
    await query(`UPDATE "Credential" SET "sealedFor" = $2 WHERE "codeHostId" = $1`, [host.id, sink.url]);
    for (const { result } of await check()) expect(result).toMatchObject({ ok: false, error: { code: "integrity" } });
    expect(sink.hits()).toBe(0);
    // The connection test goes there, with nothing to steal.
    await callAction("testConnectionAction", [{ id: host.id }], { as: admin });
    expect(sink.hits()).toBeGreaterThan(0);
    expect(sink.received()).not.toMatch(/authorization|private-token|cookie/i);
  });

  test("does not open in another row, field, version or host, and each try is in the audit log", async ({
    user,
    admin,
    github,
    gitlab,
  }) => {
    const ids: string[] = [];
    for (const [as, codeHostId, token] of [
      [user, github.codeHost.id, github.addToken({ scopes: ["repo"] })],
      [admin, github.codeHost.id, github.addToken({ scopes: ["repo"] })],
      [user, gitlab.codeHost.id, gitlab.addToken({ scopes: ["api"] })],
    ] as const) {
      const answer = await postCredential({ owner: "me", codeHostId, token, confirm: "missing-scopes" }, { as });
      expect(answer.result.ok).toBe(true);
      ids.push(answer.result.value?.id ?? "");
    }
    const [mine = "", theirs = "", elsewhere = ""] = ids;
    const rows = await query<{ id: string; sealed: string; version: number }>(
      `SELECT id, sealed, version FROM "Credential" WHERE id = ANY($1)`,
      [ids],
    );
    const sealedOf = (id: string) => rows.find((row) => row.id === id)?.sealed ?? "";
    const check = () => callAction("checkCredentialAction", [{ owner: "me", credentialId: mine }], { as: user });
    const requests = () => github.requests.length + gitlab.requests.length;
    const damaged = sealedOf(mine).replace(/.(?=[^.]*$)/, (last) => (last === "A" ? "B" : "A"));
    for (const [what, sql, value] of [
      ["another person's", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, sealedOf(theirs)],
      ["one's own on another host", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, sealedOf(elsewhere)],
      ["a damaged one", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, damaged],
      ["none", `UPDATE "Credential" SET sealed = $2 WHERE id = $1`, ""],
      ["another version", `UPDATE "Credential" SET version = $2::int WHERE id = $1`, "2"],
    ] as const) {
      await query(sql, [mine, value]);
      const before = requests();
      const answer = await check();
      expect(answer.result, what).toMatchObject({ ok: false, error: { code: "integrity" } });
      expect(requests(), what).toBe(before);
      const [entry] = await query(
        `SELECT action, outcome FROM "AuditEntry" WHERE "targetId" = $1 ORDER BY seq DESC LIMIT 1`,
        [mine],
      );
      expect(entry, what).toEqual({ action: "credential.open", outcome: "failed" });
      await query(`UPDATE "Credential" SET sealed = $2, version = 1 WHERE id = $1`, [mine, sealedOf(mine)]);
    }
    expect((await check()).result).toMatchObject({ ok: true, value: { outcome: "valid" } });
  });
});
