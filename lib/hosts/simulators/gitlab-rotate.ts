import { allows, granularError, isOlder } from "./gitlab-guard";
import type { GitlabState, GitlabToken } from "./gitlab-state";
import { mintToken } from "./gitlab-tokens";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the GitLab simulator answers to a token that asks for its successor. The old one is dead at once, and a dead one
 * that asks kills its whole family (16.3), as the fact sheet says.
 */
export const rotationRoute = /^\/(?:personal_access_tokens|(project|group)s\/(\d+)\/access_tokens)\/self\/rotate$/;

const refuse = (status: number, body: object): SimulatorResponse => ({ status, body });
const dayMs = 86_400_000;

/** Null: another request. @param barred what a dead token is answered, whatever it asks */
export function answerRotation(
  state: GitlabState,
  request: SimulatorRequest,
  route: string,
  token: GitlabToken,
  barred: SimulatorResponse | null,
): SimulatorResponse | null {
  const match = rotationRoute.exec(route);
  if (!match || request.method !== "POST") return null;
  const [, owner, ownerId] = match;
  const version = state.options.version ?? "18.5.2";
  if (isOlder(version, 16, 10)) return refuse(404, { error: "404 Not Found" });
  if (token.state === "revoked" && !isOlder(version, 16, 3)) {
    for (const row of state.tokens) if (familyOf(row) === familyOf(token)) row.state = "revoked";
  }
  if (barred) return barred;
  if (token.kind === "oauth" || (owner ?? "personal") !== token.kind) return refuse(405, { error: "405 Not Allowed" });
  if (owner && !token.user.username.startsWith(`${owner}_${ownerId}_bot`)) {
    return refuse(404, { message: "404 Not Found" });
  }
  if (token.granularScopes && !allows(token, "rotate_personal_access_token")) {
    return granularError("rotate_personal_access_token");
  }
  if (!token.granularScopes && !token.scopes.some((scope) => ["api", "self_rotate"].includes(scope))) {
    const error_description = "The request requires higher privileges than provided by the access token.";
    return refuse(403, { error: "insufficient_scope", error_description, scope: "api self_rotate" });
  }
  const expiresAt = readEnd(request.body);
  const longest = new Date(Date.now() + (state.options.maximumDays ?? 365) * dayMs).toISOString().slice(0, 10);
  if (expiresAt > longest) return refuse(400, { message: `Expires at must be before ${longest}` });
  return { status: 200, body: succeed(state, token, expiresAt) };
}

function succeed(state: GitlabState, token: GitlabToken, expiresAt: string): object {
  const { options } = state;
  const value = mintToken(token.kind, "routable", options.tokenPrefix ?? "glpat-", token.user.id);
  const id = 1000 + state.tokens.length;
  const row: GitlabToken = { ...token, id, value, family: familyOf(token), expiresAt, lastUsedAt: null };
  state.tokens.push(row);
  token.state = "revoked";
  return {
    id,
    name: row.name,
    revoked: false,
    created_at: new Date().toISOString(),
    scopes: row.granularScopes ? [] : row.scopes,
    user_id: row.user.id,
    last_used_at: null,
    active: true,
    expires_at: expiresAt,
    token: value,
  };
}

function familyOf({ id, family }: GitlabToken): number {
  return family ?? id;
}

/** Without one it is a week from now. */
function readEnd(body: string): string {
  const given = body === "" ? undefined : (JSON.parse(body) as { expires_at?: string }).expires_at;
  return given ?? new Date(Date.now() + 7 * dayMs).toISOString().slice(0, 10);
}
