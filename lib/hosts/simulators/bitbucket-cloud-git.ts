import { appPasswordRemoved, loginFailed, text } from "./bitbucket-cloud-refusals";
import { missingScopes, wanted } from "./bitbucket-cloud-scopes";
import { accessLevel, type BitbucketState, type BitbucketToken, isAccessToken } from "./bitbucket-cloud-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * Git over HTTPS at the Bitbucket Cloud simulator, where the user name differs from the API's: an e-mail address is
 * refused. What it answers to a token that lacks a scope is made up; Atlassian does not say.
 */
export function answerRefs(state: BitbucketState, request: SimulatorRequest, path: string): SimulatorResponse {
  const encoded = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const [username = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const token = state.tokens.find((row) => row.value === password.join(":"));
  if (token?.kind === "app-password") return appPasswordRemoved(state);
  if (!token || token.state === "dead" || !usernamesOf(token).includes(username)) return loginFailed(state);
  const repository = state.repositories.find((row) => `${row.workspace}/${row.slug}` === path);
  const level = repository ? accessLevel(repository, token) : null;
  if (level === null) return { status: 404, headers: text, body: `Repository ${path} not found` };
  const service = request.query.get("service") ?? "";
  const pushes = service === "git-receive-pack";
  if (missingScopes(token, pushes ? wanted.push : wanted.repository).length > 0 || (pushes && level === "read")) {
    return { status: 403, headers: text, body: "Your credentials lack one or more required privilege scopes." };
  }
  const first = `# service=${service}\n`;
  const headers = { "content-type": `application/x-${service}-advertisement` };
  return { status: 200, headers, body: `${(first.length + 4).toString(16).padStart(4, "0")}${first}00000000` };
}

function usernamesOf(token: BitbucketToken): string[] {
  if (isAccessToken(token)) return ["x-token-auth"];
  return token.kind === "api-token" && token.user ? [token.user.username, "x-bitbucket-api-token-auth"] : [];
}
