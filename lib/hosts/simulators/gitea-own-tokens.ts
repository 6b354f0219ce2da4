import { type GiteaState, type GiteaUser, minorOf } from "./gitea-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * The tokens of a user, below /users/{name}/tokens (routers/api/v1/user/app.go): for that user's own password alone, with
 * the code of the second factor where there is one. Null: not a password, so that others answer.
 */
export function answerOwnTokens(
  state: GiteaState,
  request: SimulatorRequest,
  path: string,
  base: string,
): SimulatorResponse | null {
  const [, name = "", id] = /^\/users\/([^/]+)\/tokens(?:\/([^/]+))?$/.exec(path) ?? [];
  const given = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (name === "" || given === undefined || state.options.dropsAuthorization) return null;
  const pair = Buffer.from(given, "base64").toString("utf8");
  const [login = "", password] = [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)];
  if (state.tokens.some((token) => token.value === password)) return null;
  const refuse = (status: number, message: string) => ({ status, body: { message, url: `${base}/api/swagger` } });
  const user = state.users.get(login);
  if (!user || user.password === null || user.password !== password) {
    return refuse(
      401,
      minorOf(state) < 27 ? "user does not exist [uid: 0, name: ]" : "invalid username, password or token",
    );
  }
  if (user.hasSecondFactor && request.headers["x-gitea-otp"] !== "123456") {
    return refuse(401, "Only signed in user is allowed to call APIs.");
  }
  if (user.login !== decodeURIComponent(name)) return refuse(403, "user should be the owner");
  if (id === undefined) return request.method === "GET" ? list(state, request, user) : refuse(405, "not allowed");
  if (request.method !== "DELETE") return refuse(405, "not allowed");
  const at = state.tokens.findIndex((token) => token.user === user && !token.isRevoked && String(token.id) === id);
  if (at < 0) return refuse(404, minorOf(state) < 24 ? "The target couldn't be found." : "not found");
  state.tokens.splice(at, 1);
  return { status: 204 };
}

function list(state: GiteaState, { query }: SimulatorRequest, user: GiteaUser): SimulatorResponse {
  const own = state.tokens.filter((token) => token.user === user && token.kind === "personal" && !token.isRevoked);
  const most = state.options.maxResponseItems ?? 50;
  const limit = Math.min(Number(query.get("limit") ?? 30), most);
  const from = (Number(query.get("page") ?? 1) - 1) * limit;
  const body = own.slice(from, from + limit).map(({ id, name, scopes, value }) => ({
    id,
    name,
    scopes,
    sha1: "",
    token_last_eight: value.slice(-8),
  }));
  return { status: 200, headers: { "x-total-count": String(own.length) }, body };
}
