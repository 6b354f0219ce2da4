import type { RefusalReason } from "./adapter";
import type { SimulatorResponse } from "./simulators/simulator";

/**
 * What hostile, broken and misplaced hosts answer, and what people paste. Every adapter meets all of it in the contract
 * suite. Nothing here proves anything about a token.
 */

/** What a verdict may be when the answer proves nothing: never ok, never a word against the token. */
export const undecidedReasons: readonly RefusalReason[] = ["unreachable", "redirected", "rate-limited", "unexpected"];

interface HostileResponse {
  title: string;
  response: SimulatorResponse;
  /** An answer that a host of some kind may well give to a request without a token. */
  identifiable?: boolean;
}

const html = { "content-type": "text/html; charset=utf-8" };
const json = { "content-type": "application/json" };
const page = "<!doctype html><title>Sign in</title><form></form>";
const decoded = JSON.stringify({
  id: 1,
  login: "alice",
  username: "alice",
  scopes: ["api"],
  padding: "x".repeat(10_000),
});

export const hostileResponses: readonly HostileResponse[] = [
  ...[500, 501, 502, 503, 504, 520, 599].map((status) => ({
    title: `a ${status}`,
    response: { status, body: { message: "Bad credentials" } },
  })),
  { title: "a 503 with Retry-After", response: { status: 503, headers: { "retry-after": "60" }, body: "busy" } },
  { title: "a page of HTML", response: { status: 200, headers: html, body: page } },
  { title: "a 401 that is a page of HTML", response: { status: 401, headers: html, body: page }, identifiable: true },
  { title: "a 403 that is a page of HTML", response: { status: 403, headers: html, body: page }, identifiable: true },
  { title: "a 404 that is a page of HTML", response: { status: 404, headers: html, body: page }, identifiable: true },
  { title: "JSON that is called HTML", response: { status: 200, headers: html, body: decoded } },
  { title: "an empty body", response: { status: 200, headers: json, body: "" } },
  { title: "a 204", response: { status: 204 } },
  { title: "a 304", response: { status: 304 } },
  { title: "a 418", response: { status: 418, body: { message: "no" } } },
  { title: "JSON that is cut off", response: { status: 200, headers: json, body: '{"id": 1, "login": "al' } },
  { title: "JSON null", response: { status: 200, headers: json, body: "null" } },
  { title: "a JSON list", response: { status: 200, headers: json, body: "[]" } },
  { title: "a JSON number", response: { status: 200, headers: json, body: "1" } },
  { title: "a JSON string", response: { status: 200, headers: json, body: '"alice"' } },
  { title: "an empty object", response: { status: 200, headers: json, body: "{}" } },
  {
    title: "an object that reaches for the prototype",
    response: {
      status: 200,
      headers: json,
      body: '{"__proto__":{"polluted":1,"id":1,"login":"alice","username":"alice"},"constructor":{"prototype":{"polluted":1}}}',
    },
  },
  {
    title: "values of the wrong types",
    response: {
      status: 200,
      headers: json,
      body: '{"id":{"startsWith":""},"login":["alice"],"username":7,"scopes":"api","user_id":null,"active":"yes"}',
    },
  },
  {
    title: "JSON nested ten thousand deep",
    response: { status: 200, headers: json, body: `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}` },
  },
  { title: "a body of 2 MB", response: { status: 200, headers: json, body: `{"id":1,"login":"${"a".repeat(2e6)}"}` } },
  {
    title: "a header of 5 MB",
    response: { status: 200, headers: { ...json, "x-oauth-scopes": "a".repeat(5e6) }, body: decoded },
  },
  {
    title: "a body that says gzip and is not",
    response: { status: 200, headers: { ...json, "content-encoding": "gzip" }, body: decoded },
  },
  {
    title: "a body that says br",
    response: {
      status: 200,
      headers: { ...json, "content-encoding": "br" },
      body: decoded,
    },
  },
  {
    title: "a body that says deflate, gzip",
    response: {
      status: 200,
      headers: { ...json, "content-encoding": "deflate, gzip" },
      body: decoded,
    },
  },
];

export const recognitionCorpus: readonly string[] = [
  "",
  " ",
  "\u0000",
  "\n\n",
  "a",
  "ghp_",
  "glpat-",
  "github_pat_",
  "ghp_\u0000".padEnd(40, "\u0000"),
  "🙂".repeat(40),
  "ghp_".padEnd(40, "é"),
  "glpat-".padEnd(26, "\ud800"),
  "x".repeat(100_000),
  `ghp_${"a".repeat(100_000)}`,
  `ghs_${"a.".repeat(50_000)}!`,
  `github_pat_${"a_".repeat(50_000)}!`,
  `glpat-${"A".repeat(100_000)}!`,
  `glpat-${"A.".repeat(50_000)}!`,
  `glpat-${"-".repeat(100_000)}`,
  `${"a-".repeat(50_000)}glpat-`,
  `gldt-${"_".repeat(100_000)}.01.aaaaaaaaa!`,
  `${"a".repeat(99_999)}!`,
  "0".repeat(40),
  "f".repeat(40),
  "__proto__",
  "constructor",
  "toString",
  '{"startsWith":""}',
  "eyJhbGciOiJIUzI1NiJ9.e30.x",
];
