/**
 * Looks for tokens in what the portal shows, answers and stores: in any form that somebody would write them in.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { root } from "../bin/root.mjs";
import { offlineKinds } from "../lib/hosts/offline";
import { type Person, query } from "./people";
import { type Answer, send } from "./raw-request";

/** What would betray a token: the whole of it as others write it, and any ten characters of its random part. */
function traces(token: string): string[] {
  const reversed = [...token].reverse().join("");
  const encoded = ["", "x", "xy"].flatMap((before) =>
    (["base64", "base64url"] as const).map((encoding) =>
      Buffer.from(before + token)
        .toString(encoding)
        .replace(/=+$/, "")
        .slice(4, -4),
    ),
  );
  const escaped = [
    encodeURIComponent(token),
    JSON.stringify(token).slice(1, -1),
    JSON.stringify(JSON.stringify(token)).slice(3, -3),
    token.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    [...token].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ];
  const secret = token.slice(prefixOf(token).length);
  const windows = [secret, [...secret].reverse().join("")].flatMap((text) =>
    Array.from({ length: Math.max(0, text.length - 9) }, (_, at) => text.slice(at, at + 10)),
  );
  return [
    ...new Set([
      token,
      reversed,
      token.toLowerCase(),
      token.toUpperCase(),
      Buffer.from(token).toString("hex"),
      ...encoded,
      ...escaped,
      ...windows,
    ]),
  ];
}

/** What every token of its kind begins with, and is shown of it. */
function prefixOf(token: string): string {
  const prefixes = Object.values(offlineKinds).map(({ recognise }) => recognise(token)?.prefix ?? "");
  return prefixes.reduce((longest, prefix) => (prefix.length > longest.length ? prefix : longest), "");
}

export class Search {
  readonly #traces: string[];
  readonly found: string[] = [];
  looked = 0;

  constructor(tokens: string[]) {
    this.#traces = tokens.flatMap(traces);
  }

  in(where: string, text: string): void {
    this.looked += 1;
    const hit = this.#traces.find((trace) => text.includes(trace));
    if (!hit) return;
    const at = text.indexOf(hit);
    this.found.push(`${where}: …${text.slice(Math.max(0, at - 80), at + hit.length + 20)}…`);
  }

  answer(where: string, { headers, body }: Answer): void {
    this.in(where, `${JSON.stringify(headers)}\n${body}`);
  }
}

/** What the browser is sent and logs from now on; each answer is to be waited for. */
export function watchBrowser(search: Search, page: Page): Promise<void>[] {
  const answers: Promise<void>[] = [];
  page.on("response", (response) => {
    const look = async () => {
      const body = await response.text().catch(() => "");
      search.in(`the browser's ${response.url()}`, `${JSON.stringify(response.headers())}\n${body}`);
    };
    answers.push(look());
  });
  page.on("console", (message) => search.in("the browser's console", message.text()));
  return answers;
}

/** What the browser shows and keeps. */
export async function searchBrowser(search: Search, page: Page): Promise<void> {
  const left = await page.evaluate(() => ({
    page: document.documentElement.outerHTML,
    typed: [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value),
    kept: [
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.cookie,
      JSON.stringify(history.state),
      location.href,
    ],
  }));
  search.in("the browser's page", JSON.stringify(left));
}

/** What the portal and its database printed. */
export function searchLogs(search: Search): number {
  const logs = (process.env.LOG_FILES ?? "").split(",").filter((log) => existsSync(log));
  for (const log of logs) search.in(log, readFileSync(log, "utf8"));
  return logs.length;
}

/** Every page that the build has and that leads on from there, as whoever it is, as a page and as its parts. */
export async function crawl(search: Search, as: Person | null, starts: string[]): Promise<number> {
  const routes = Object.values(
    JSON.parse(readFileSync(join(root, ".next/app-path-routes-manifest.json"), "utf8")) as Record<string, string>,
  );
  const waiting = [
    ...routes.filter((route) => !route.includes("[")),
    ...starts,
    "/api/auth/csrf",
    "/api/nothing",
    "/healthz",
    "/readyz",
  ];
  const seen = new Set<string>();
  for (const path of waiting) {
    const page = path.split("#")[0] ?? "";
    if (seen.has(page) || seen.size > 150) continue;
    seen.add(page);
    for (const headers of [{}, { rsc: "1" }, { rsc: "1", "next-router-prefetch": "1" }] as Record<string, string>[]) {
      const answer = await send(page, { as, headers });
      search.answer(`GET ${page} ${JSON.stringify(headers)} as ${as?.email ?? "nobody"}`, answer);
      if (headers.rsc) continue;
      for (const [, href = ""] of answer.body.matchAll(/\shref="(\/[^"]*)"/g)) {
        const link = href.replaceAll("&amp;", "&");
        if (!link.startsWith("/_next/")) waiting.push(link);
      }
    }
  }
  return seen.size;
}

export async function searchDatabase(search: Search): Promise<number> {
  const tables = await query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of tables) {
    const rows = await query<{ text: string | null }>(`SELECT string_agg(t::text, E'\\n') AS text FROM ${name} t`);
    search.in(`table ${name}`, rows[0]?.text ?? "");
  }
  const statements = await query<{ text: string | null }>(
    `SELECT string_agg(query, E'\\n') AS text FROM pg_stat_activity`,
  );
  search.in("statements under way", statements[0]?.text ?? "");
  return tables.length;
}
