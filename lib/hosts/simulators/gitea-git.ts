import { accessOf, findRepository, type GiteaState, type GiteaToken, isWithinReach, minorOf } from "./gitea-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** What the simulator answers outside /api/v1: Git over HTTPS, and pages. */
const text = { "content-type": "text/plain; charset=utf-8" };
const html = { "content-type": "text/html; charset=utf-8" };

export function answerWeb(state: GiteaState, request: SimulatorRequest, path: string): SimulatorResponse {
  const repository = /^\/([^/]+\/[^/]+?)(?:\.git)?\/info\/refs$/.exec(path)?.[1];
  if (repository !== undefined) return answerRefs(state, request, decodeURIComponent(repository));
  const root = state.options.relativeRoot ?? "";
  if (path === "/user/login" || path === "/") {
    const name = state.options.product === "forgejo" ? "Forgejo" : "Gitea";
    return { status: 200, headers: html, body: `<!DOCTYPE html><title>Sign In - ${name}</title>` };
  }
  if (path.startsWith("/user/settings")) {
    return { status: 303, headers: { ...html, location: `${root}/user/login` }, body: "" };
  }
  return { status: 404, headers: html, body: "<!DOCTYPE html><title>Page Not Found</title>" };
}

/** routers/web/repo/githttp.go */
function answerRefs(state: GiteaState, request: SimulatorRequest, path: string): SimulatorResponse {
  const service = request.query.get("service") ?? "";
  if (state.options.gitOverHttp === false) return plain(403, "HTTP git is disabled");
  const pushes = service === "git-receive-pack";
  const repository = findRepository(state, path);
  const header = state.options.dropsAuthorization ? undefined : request.headers.authorization;
  const token = readBasic(state, header);
  const isOpen = repository !== undefined && !repository.isPrivate && !pushes && !state.options.requiresSignIn;
  // A pull from a public repository asks nobody who they are.
  if (!token) return isOpen ? refs(service) : unauthorized;
  if (token.user.state === "prohibited") return plain(403, "Your account is disabled.");
  if (minorOf(state) >= 20 && token.kind === "personal") {
    const level = pushes ? "write:repository" : "read:repository";
    const isHeld = ["all", "write:repository", level].some((scope) => token.scopes.includes(scope));
    if (!isHeld) return plain(403, "Forbidden");
    if (repository?.isPrivate && token.scopes.includes("public-only")) return plain(403, "Forbidden");
  }
  const access = repository && isWithinReach(token, repository) ? accessOf(repository, token.user) : null;
  if (!repository || access === null) return plain(404, "Repository not found");
  if (pushes && repository.isArchived) {
    return plain(403, "This repo is archived. You can view files and clone it, but cannot push or open issues.");
  }
  if (pushes && access === "read") return plain(403, "User permission denied for writing.");
  return refs(service);
}

const unauthorized: SimulatorResponse = {
  status: 401,
  headers: { ...text, "www-authenticate": 'Basic realm="Gitea"' },
  body: "Unauthorized\n",
};

function plain(status: number, body: string): SimulatorResponse {
  return { status, headers: text, body: `${body}\n` };
}

function refs(service: string): SimulatorResponse {
  const first = `# service=${service}\n`;
  const headers = { "content-type": `application/x-${service}-advertisement`, "cache-control": "no-cache" };
  return { status: 200, headers, body: `${(first.length + 4).toString(16).padStart(4, "0")}${first}00000000` };
}

/** Any user name with the token as the password, or the token as the name with no password or x-oauth-basic. */
export function readBasic(state: GiteaState, header: string | undefined): GiteaToken | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const [name, password = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const given = password === "" || password === "x-oauth-basic" ? name : password;
  return state.tokens.find((row) => row.value === given && !row.isRevoked);
}
