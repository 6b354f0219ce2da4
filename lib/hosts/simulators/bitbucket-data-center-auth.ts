import { captchaRequired, incorrectPassword, passwordsDisabled } from "./bitbucket-data-center-errors";
import { type Caller, type DataCenterState, type DataCenterToken, isExpired } from "./bitbucket-data-center-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * Who asks the simulated Bitbucket: a Bearer token, or a user name with a password or with that user's own token. A
 * user's fifth wrong password asks for a CAPTCHA, after which no password is taken; Bearer tokens do not mind.
 */
const failuresBeforeCaptcha = 5;

export type Authentication = { caller: Caller | null } | { refused: SimulatorResponse };

export function authenticate(state: DataCenterState, request: SimulatorRequest, base: string): Authentication {
  const given = request.headers.authorization ?? "";
  const bearer = /^Bearer (.+)$/i.exec(given)?.[1];
  if (bearer !== undefined) return asToken(state, bearer);
  const encoded = /^Basic (.+)$/i.exec(given)?.[1];
  if (encoded === undefined) return { caller: null };
  const pair = Buffer.from(encoded, "base64").toString("utf8");
  const at = pair.indexOf(":");
  return asBasic(state, pair.slice(0, at), pair.slice(at + 1), base);
}

function asToken(state: DataCenterState, value: string): Authentication {
  const token = state.tokens.find((row) => row.value === value);
  if (!token || token.state === "revoked" || isExpired(token)) return unknown(state);
  return signedIn(state, token);
}

function asBasic(state: DataCenterState, name: string, password: string, base: string): Authentication {
  const token = state.tokens.find((row) => row.value === password && row.state !== "revoked" && !isExpired(row));
  if (name === "x-token-auth" && token && token.kind !== "user" && state.options.takesTokenUser !== false) {
    return signedIn(state, token);
  }
  if (state.options.passwords === false) return { refused: passwordsDisabled };
  const user = state.users.find((row) => row.name.toLowerCase() === name.toLowerCase() && row.type === "NORMAL");
  if (user && user.failures >= failuresBeforeCaptcha) return { refused: captchaRequired(`${base}/login`) };
  if (token?.kind === "user" && token.user === user) return signedIn(state, token);
  if (!user || user.password === null || user.password !== password) {
    if (user) user.failures++;
    return unknown(state);
  }
  user.failures = 0;
  return { caller: { user, token: null } };
}

function signedIn(state: DataCenterState, token: DataCenterToken): Authentication {
  if (token.state === "rate-limited") {
    return { refused: { status: 429, headers: state.options.rateLimitHeaders ?? {}, body: "" } };
  }
  token.lastAuthenticatedAt = Date.now();
  return { caller: { user: token.user, token } };
}

function unknown({ options }: DataCenterState): Authentication {
  return options.unknownGets === "anonymous" ? { caller: null } : { refused: incorrectPassword };
}
