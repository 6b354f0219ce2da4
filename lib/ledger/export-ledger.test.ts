import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "../authz";
import { exportLedger } from "./export-ledger";
import type { LedgerFilter } from "./filter";
import { createLedgerFixture, type LedgerFixture } from "./fixture";
import type { LedgerScope } from "./scope";

let f: LedgerFixture;
beforeAll(async () => {
  f = await createLedgerFixture();
});
afterAll(() => f.drop());
beforeEach(async () => {
  await f.database.query(`DELETE FROM "Credential"`);
});

const all: LedgerScope = { type: "site-all" };

async function exported(actor: Actor, scope: LedgerScope, filter: LedgerFilter = {}) {
  const lines = await exportLedger(actor, scope, filter);
  if (!lines.ok) throw new Error(lines.error.code);
  let text = "";
  for await (const chunk of lines.value) text += chunk;
  return text;
}

/** RFC 4180, by hand: what a spreadsheet reads. */
function parse(text: string): Record<string, string>[] {
  const rows: string[][] = [[""]];
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const row = rows.at(-1) ?? [];
    const [character, next] = [text[at] ?? "", text[at + 1]];
    if (isQuoted && character === '"' && next === '"') {
      row[row.length - 1] += '"';
      at++;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === ",") row.push("");
    else if (!isQuoted && character === "\r" && next === "\n") {
      rows.push([""]);
      at++;
    } else row[row.length - 1] += character;
  }
  const [names = [], ...lines] = rows.slice(0, -1);
  return lines.map((line) => Object.fromEntries(names.map((name, at) => [name.replace("\uFEFF", ""), line[at] ?? ""])));
}

describe("a ledger as CSV", () => {
  it("has a line for each credential, with the filter applied, over several batches", async () => {
    await f.fill({ ownerId: f.alice.id }, 1100, -5);
    await f.put({ endsIn: null, login: "svc" });
    await f.put({ teamId: f.teamId });
    const text = await exported(f.admin, all);
    expect(text.startsWith("\uFEFFOwner type,Owner,")).toBe(true);
    const lines = parse(text);
    expect(lines).toHaveLength(1102);
    expect(new Set(lines.map(({ "Code host": host }) => host)).size).toBe(1101);
    expect(lines[0]).toMatchObject({
      ...{ "Owner type": "person", Owner: "alice", "Owner's e-mail": "alice@example.com", State: "ended" },
      ...{ Type: "Personal access token (classic)", Token: "ghp_…abcd", "Days left": "-5" },
    });
    expect(lines[0]?.Ends).toMatch(/^\d{4}-\d\d-\d\dT00:00:00.000Z$/);
    expect(lines[0]?.Serves).toContain("Atlantis");
    expect(lines.at(-2)).toMatchObject({ Owner: "This site", Account: "svc", Ends: "never", "Days left": "" });
    expect(lines.at(-1)).toMatchObject({ Owner: "Team Platform", Ends: "not told", State: "end not told" });
    expect(parse(await exported(f.admin, all, { window: "never" }))).toHaveLength(1);
    expect(parse(await exported(f.admin, all, { owner: "Platform" }))).toHaveLength(1);
    expect(parse(await exported(f.bob, { type: "user", id: f.bob.id }))).toEqual([]);
  });

  it.each([
    '=HYPERLINK("https://evil.example")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    '"=1+1',
    'a,"b"\r\n=c;d',
  ])("holds no formula of a hostile name: %j", async (name) => {
    await f.database.query(`UPDATE "CodeHost" SET name = $2 WHERE id = $1`, [f.githubId, name]);
    await f.database.query(`UPDATE "User" SET name = $2 WHERE id = $1`, [f.alice.id, name]);
    await f.put({ ownerId: f.alice.id, endsIn: "3 days", login: name });
    const lines = parse(await exported(f.admin, all));
    expect(lines).toHaveLength(1);
    for (const cell of Object.values(lines[0] ?? {})) expect(cell).not.toMatch(/^\s*[=+\-@\t\r\n＝＋－＠]/);
    const plain = name.replace(/\p{Cc}+/gu, " ").trim();
    expect(lines[0]?.["Code host"]?.replace(/^'/, "")).toBe(plain);
    expect(lines[0]?.Account?.replace(/^'/, "")).toBe(plain);
    await f.database.query(`UPDATE "User" SET name = 'alice' WHERE id = $1`, [f.alice.id]);
  });

  it("is in the audit log before its first line, with the filter, and refused without a line", async () => {
    const lines = await exportLedger(f.member, { type: "team", id: f.teamId }, { window: "30" });
    expect(lines.ok).toBe(true);
    const last = async () =>
      (await f.database.query(`SELECT action, outcome, details FROM "AuditEntry" ORDER BY seq DESC LIMIT 1`))[0];
    expect(await last()).toEqual({
      action: "ledger.export",
      outcome: "ok",
      details: { owner: `team:${f.teamId}`, filter: { window: "30" } },
    });
    expect(await exportLedger(f.alice, { type: "team", id: f.teamId })).toMatchObject({ error: { code: "not-found" } });
    expect(await last()).toMatchObject({ action: "credential.list", outcome: "denied" });
    expect(await exportLedger(f.maintainer, all)).toMatchObject({ error: { code: "forbidden" } });
    expect(await last()).toMatchObject({ action: "site.manage", outcome: "denied" });
    expect(await exportLedger(f.admin, all, { window: "x" })).toMatchObject({ error: { code: "invalid-input" } });
  });
});
