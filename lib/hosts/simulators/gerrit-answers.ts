import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** Gerrit's two ways of answering: JSON behind the line that keeps browsers from running it, and bare text. */
const text = {
  "content-type": "text/plain;charset=utf-8",
  "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
};

/** Compact when asked for JSON, indented otherwise (Documentation/rest-api.txt). */
export function json(request: SimulatorRequest, body: unknown, status = 200): SimulatorResponse {
  const isCompact = /application\/json/.test(request.headers.accept ?? "");
  return {
    status,
    headers: { ...text, "content-type": "application/json;charset=UTF-8", "x-content-type-options": "nosniff" },
    body: `)]}'\n${JSON.stringify(body, null, isCompact ? undefined : 2)}${isCompact ? "" : "\n"}`,
  };
}

export function plain(status: number, words: string): SimulatorResponse {
  return { status, headers: text, body: words };
}

export const notFound = plain(404, "Not found");

/** ProjectBasicAuthFilter: the same for a wrong password, an unknown user and an inactive account. */
export const unauthorized: SimulatorResponse = {
  status: 401,
  headers: { ...text, "www-authenticate": 'Basic realm="Gerrit Code Review"' },
  body: "Unauthorized",
};

/** ProjectDigestFilter, the default before 2.14, whatever the request brought. */
export function digestChallenge(base: string): SimulatorResponse {
  const challenge = `Digest realm="Gerrit Code Review", domain="${base}/", qop="auth", algorithm=MD5, nonce="c2ltdWxhdGVk"`;
  return { status: 401, headers: { ...text, "www-authenticate": challenge }, body: "Unauthorized" };
}

/** java.sql.Timestamp in UTC. */
export function timestamp(date: Date): string {
  return `${date.toISOString().replace("T", " ").replace("Z", "")}000000`;
}
