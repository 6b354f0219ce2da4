import { notFound, plain, unauthorized } from "./gerrit-answers";
import { type GerritAccount, type GerritState, isAllowed } from "./gerrit-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** Git over HTTPS at {base}/a/{project}. A push that is refused is refused inside Git's own answer, with a 200. */
export function answerGit(
  state: GerritState,
  request: SimulatorRequest,
  { path, account }: { path: string; account: GerritAccount | null },
): SimulatorResponse {
  if (state.options.gitOverHttp === false) return notFound;
  const name = decodeURIComponent(path.replace(/\/info\/refs$/, "")).replace(/^\/|\.git$/g, "");
  const service = request.query.get("service") ?? "";
  if (!/^git-(upload|receive)-pack$/.test(service)) return plain(403, `${service} not permitted on this server`);
  if (!account) return unauthorized;
  const project = state.projects.find((row) => row.name === name);
  if (!project || !isAllowed(state, { account, project, permission: "read" })) return notFound;
  const pushes = service === "git-receive-pack";
  const refusal = pushes
    ? (project.uploadRefusal ??
      (isAllowed(state, { account, project, permission: "push" }) ? null : `Upload denied for project '${name}'`))
    : null;
  const headers = { "content-type": `application/x-${service}-advertisement`, "cache-control": "no-cache" };
  const body = refusal === null ? refs(pushes) : packet(`ERR \n${refusal}`);
  return { status: 200, headers, body: `${packet(`# service=${service}\n`)}0000${body}` };
}

function refs(pushes: boolean): string {
  if (!pushes) return `${packet("version 2\n")}0000`;
  const empty = "0".repeat(40);
  return `${packet(`${empty} capabilities^{}\0report-status delete-refs side-band-64k agent=JGit/7.0\n`)}0000`;
}

function packet(line: string): string {
  return `${(Buffer.byteLength(line) + 4).toString(16).padStart(4, "0")}${line}`;
}
