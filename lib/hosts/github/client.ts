import { Octokit } from "@octokit/rest";
import type { Secret } from "../../secret";
import type { Connection, Entered, GitCredential } from "../adapter";
import { findTransportError } from "../http";
import { apiBaseOf, webOriginOf } from "./addresses";

/**
 * GitHub's own client over the guarded transport. Answers of any status come back as values; only what the transport
 * throws is thrown. Nothing is retried, throttled, followed or logged.
 */
export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Parsed JSON; null when the body was not JSON. */
  data: unknown;
  elapsedMs: number;
}

export type Ask = (path: string, change?: Change) => Promise<Answer>;

/** Without one, an Ask reads. */
export interface Change {
  method: "POST" | "DELETE";
  body?: Readonly<Record<string, string | readonly string[]>>;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** @param token null: ask as nobody */
export function openClient(host: Connection, token: Secret | null): Ask {
  const octokit = new Octokit({
    ...(token && { auth: token.reveal() }),
    baseUrl: apiBaseOf(host.baseUrl),
    userAgent: "forgepass",
    log: silent,
    request: { fetch: host.transport.fetch, log: silent, redirect: "manual" },
  });
  return async (path, change) => {
    const startedAt = performance.now();
    const answered = await octokit
      .request(`${change?.method ?? "GET"} ${path}`, {
        ...change?.body,
        headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" },
      })
      .catch((error: unknown) => responseIn(error));
    const { status, headers, data } = answered;
    return {
      status,
      headers: headersIn(headers),
      data: typeof data === "object" && data !== null && !(data instanceof ArrayBuffer) ? data : null,
      elapsedMs: Math.round(performance.now() - startedAt),
    };
  };
}

/** Octokit throws for a status of 400 and above, and wraps what fetch throws. */
function responseIn(error: unknown): { status: number; headers: object; data: unknown } {
  if (!findTransportError(error) && error instanceof Error && "response" in error) {
    const { response } = error;
    if (typeof response === "object" && response !== null && "status" in response && "headers" in response) {
      const { status, headers } = response;
      if (typeof status === "number" && typeof headers === "object" && headers !== null) {
        return { status, headers, data: "data" in response ? response.data : null };
      }
    }
  }
  throw error;
}

function headersIn(headers: object): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value ?? "")]);
  return Object.fromEntries(entries);
}

export interface GitAnswer {
  status: number;
  contentType: string;
  text: string;
}

/** Asks git over HTTPS whether it would take a push: the first request of a push, which changes nothing. */
export async function askReceivePack(host: Connection, token: Secret, repository: string): Promise<GitAnswer> {
  const url = `${webOriginOf(host.baseUrl)}/${repository}.git/info/refs?service=git-receive-pack`;
  const basic = Buffer.from(`${gitUsername}:${token.reveal()}`).toString("base64");
  const headers = { authorization: `Basic ${basic}`, "user-agent": "forgepass", accept: "*/*" };
  const response = await host.transport.fetch(url, { method: "GET", headers, redirect: "manual" });
  return {
    status: response.status,
    contentType: response.headers.get("content-type") ?? "",
    text: (await response.text()).slice(0, 2_000),
  };
}

/** Any user name will do; this one is also right for tokens of a GitHub App. */
const gitUsername = "x-access-token";

export function gitCredential({ token }: Entered): GitCredential {
  return { username: gitUsername, password: token, expiresAt: null };
}
