/**
 * Guessing passwords, and who has an account: the threat table's row 21. Tries come from addresses of their own, so that
 * no other spec is kept waiting. See SECURITY.md.
 */
import { expect, test } from "./fixtures";
import { query } from "./people";
import { type Answer, postJson, send } from "./raw-request";

test.describe("guessing passwords", () => {
  async function tryPassword(email: unknown, password: unknown, from: string, headers = {}): Promise<Answer> {
    const csrf = await send("/api/auth/csrf", { from });
    const { csrfToken } = JSON.parse(csrf.body) as { csrfToken: string };
    const cookie = (csrf.headers["set-cookie"] ?? []).map((one) => one.split(";")[0]).join("; ");
    const body = { email, password, csrfToken, json: "true" };
    return await postJson("/api/auth/callback/credentials", body, { from, headers: { cookie, ...headers } });
  }

  const told = ({ status, body, headers }: Answer) => ({ status, body, type: headers["content-type"] });

  test("ends after ten tries at an account, and tells nobody whether it exists", async ({ user }) => {
    const known: object[] = [];
    const unknown: object[] = [];
    for (let at = 0; at < 12; at++) {
      // From other addresses each time: it is the account that is limited.
      known.push(told(await tryPassword(user.email, "not the right one", `127.0.1.${at + 1}`)));
      unknown.push(told(await tryPassword(`no-${user.email}`, "not the right one", `127.0.1.${at + 1}`)));
    }
    const statuses = known.map((answer) => (answer as Answer).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    expect(JSON.stringify(unknown).replace(/\d+ minutes|%3A\d+/g, "")).toBe(
      JSON.stringify(known).replace(/\d+ minutes|%3A\d+/g, ""),
    );
    const right = await tryPassword(user.email, user.password, "127.0.1.99");
    expect(right.status).toBe(429);
    expect(JSON.stringify(right.headers["set-cookie"] ?? "")).not.toMatch(/forgepass-session=[\w-]{43}/);
    await query(`UPDATE "User" SET "disabledAt" = now() WHERE id = $1`, [user.id]);
  });

  test("ends after fifty tries from an address, however it calls itself", async () => {
    test.setTimeout(120_000);
    const mark = Math.random().toString(36).slice(2);
    const from = `127.0.2.${1 + Math.floor(Math.random() * 200)}`;
    const statuses: number[] = [];
    // Another spec may forget the addresses' tries meanwhile.
    for (let round = 0; round < 15 && !statuses.includes(429); round++) {
      const tries = Array.from({ length: 10 }, (_, at) =>
        tryPassword(`${mark}-${round}-${at}@example.com`, "not the right one", from, {
          "x-forwarded-for": `198.51.100.${round * 10 + at}`,
          "x-real-ip": `198.51.100.${round * 10 + at}`,
          "x-forgepass-ip": `198.51.100.${round * 10 + at}`,
          forwarded: `for=198.51.100.${round * 10 + at}`,
        }),
      );
      statuses.push(...(await Promise.all(tries)).map(({ status }) => status));
    }
    expect(statuses).toContain(429);
    expect(statuses.filter((status) => status !== 401 && status !== 429)).toEqual([]);
    const audited = await query(`SELECT 1 FROM "AuditEntry" WHERE ip LIKE '198.51.100.%'`);
    expect(audited).toEqual([]);
  });
});
