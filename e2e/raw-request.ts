/**
 * HTTP as no browser sends it: any header, any path, any body, any source address. For the specs that attack the portal.
 * Server actions are called by the ids that the build gave them, as somebody would who looked them up in a page.
 */
import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request as open } from "node:http";
import { join } from "node:path";
import { root } from "../bin/root.mjs";
import type { Person } from "./people";

export interface Raw {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Whose session cookie is sent. */
  as?: Person | null;
  /** Address of this machine to send from, such as 127.0.0.9: limits count by it. */
  from?: string;
  /** Another portal than the run's. */
  portal?: string;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Until the last byte. */
  elapsedMs: number;
}

export function portalUrl(): string {
  return process.env.PORTAL_URL ?? "";
}

/** The path goes out exactly as given. */
export async function send(path: string, raw: Raw = {}): Promise<Answer> {
  const { hostname, port } = new URL(raw.portal ?? portalUrl());
  const cookie = raw.as ? { cookie: sessionCookie(raw.as) } : {};
  const startedAt = performance.now();
  return await new Promise((done, failed) => {
    const request = open(
      {
        host: hostname === "localhost" ? "127.0.0.1" : hostname,
        port,
        path,
        method: raw.method ?? "GET",
        agent: false,
        localAddress: raw.from,
        headers: { host: `${hostname}:${port}`, ...cookie, ...raw.headers },
        maxHeaderSize: 1024 * 1024,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", failed);
        response.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          const { statusCode: status = 0, headers } = response;
          done({ status, headers, body, elapsedMs: performance.now() - startedAt });
        });
      },
    );
    request.on("error", failed);
    request.end(raw.body);
  });
}

export function sessionCookie(person: Person): string {
  return person.storageState.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}

/** What a browser adds to a request from the portal's own pages. */
export function fromOwnPage(portal = portalUrl()): Record<string, string> {
  return { origin: portal, "sec-fetch-site": "same-origin" };
}

export async function postJson(path: string, body: unknown, raw: Raw = {}): Promise<Answer> {
  return await send(path, {
    method: "POST",
    ...raw,
    headers: { ...fromOwnPage(raw.portal), "content-type": "application/json", ...raw.headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

export interface StoreAnswer {
  ok: boolean;
  value?: { id: string } & Record<string, unknown>;
  error?: { code: string; message: string; refusal?: { reason: string; message: string; hostSaid: string | null } };
}

/** Adds or replaces a credential; the answer's last line, whatever its form. */
export async function postCredential(fields: object, raw: Raw = {}): Promise<Answer & { result: StoreAnswer }> {
  const answer = await postJson("/api/credentials", fields, raw);
  const last = answer.body.trim().split("\n").at(-1) ?? "";
  return { ...answer, result: (JSON.parse(last) as { result: StoreAnswer }).result };
}

interface Built {
  id: string;
  name: string;
  /** A page that holds it. */
  path: string;
}

/** Every server action of the build. */
export function builtActions(): Built[] {
  const manifest = JSON.parse(readFileSync(join(root, ".next/server/server-reference-manifest.json"), "utf8"));
  const actions = manifest.node as Record<string, { exportedName: string; workers: Record<string, unknown> }>;
  return Object.entries(actions).map(([id, { exportedName, workers }]) => {
    const paths = Object.keys(workers).map(pagePath);
    // Of a user's pages rather than an admin's, which audits that it was asked for.
    return { id, name: exportedName, path: paths.find((path) => path.startsWith("/settings")) ?? paths[0] ?? "/" };
  });
}

/** app/(portal)/admin/users/page → /admin/users */
function pagePath(worker: string): string {
  return worker
    .replace(/^app/, "")
    .replace(/\/page$/, "")
    .replace(/\/\([^)]*\)/g, "")
    .replace(/\[\w+\]/g, "00000000-0000-4000-8000-000000000000");
}

/** What an action answers: its Result, or null where there is none (a redirect, an error). */
export interface ActionAnswer extends Answer {
  result: { ok: boolean; value?: unknown; error?: { code: string; message: string } } | null;
}

/** Calls it by name. One FormData among the arguments is sent as a form. */
export async function callAction(name: string, args: unknown[], raw: Raw = {}): Promise<ActionAnswer> {
  const action = builtActions().find((built) => built.name === name);
  if (!action) throw new Error(`The build has no action ${name}.`);
  const { body, type } = await encode(args);
  const answer = await send(action.path, {
    method: "POST",
    ...raw,
    headers: {
      ...fromOwnPage(raw.portal),
      "next-action": action.id,
      accept: "text/x-component",
      "content-type": type,
      ...raw.headers,
    },
    body,
  });
  return { ...answer, result: readResult(answer.body) };
}

async function encode(args: unknown[]): Promise<{ body: Buffer; type: string }> {
  if (!args.some((arg) => arg instanceof FormData)) {
    return { body: Buffer.from(JSON.stringify(args)), type: "text/plain;charset=UTF-8" };
  }
  const parts = new FormData();
  const listed = args.map((arg, at) => {
    if (!(arg instanceof FormData)) return arg;
    for (const [field, value] of arg) parts.append(`_${at + 1}_${field}`, value);
    return `$K${(at + 1).toString(16)}`;
  });
  parts.append("0", JSON.stringify(listed));
  const encoded = new Response(parts);
  return {
    type: encoded.headers.get("content-type") ?? "",
    body: Buffer.from(await encoded.arrayBuffer()),
  };
}

/** Row 0 of the answer names the row that holds what the action returned. */
function readResult(body: string): ActionAnswer["result"] {
  const row = /^0:.*?"a":"\$@([0-9a-f]+)"/m.exec(body)?.[1];
  const text = row && new RegExp(`^${row}:(\\{.*)$`, "m").exec(body)?.[1];
  return text ? (JSON.parse(text) as ActionAnswer["result"]) : null;
}

export function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}
