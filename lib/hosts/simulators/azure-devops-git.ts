import { turnAway } from "./azure-devops-answers";
import { type AzureDevopsState, type AzureDevopsToken, hasPermission, hasScope } from "./azure-devops-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * Git over HTTPS at Azure DevOps: the list of references, with which every clone and push begins. That a push needs
 * the permission already here was recorded often: the refusal stands in the very lines of Git's protocol.
 */
export function answerGit(
  state: AzureDevopsState,
  request: SimulatorRequest,
  path: string,
  token: AzureDevopsToken,
): SimulatorResponse {
  const [project = "", name = ""] = (/^\/([^/]+)\/_git\/([^/]+)\/info\/refs$/.exec(path) ?? [])
    .slice(1)
    .map(decodeURIComponent);
  const service = request.query.get("service");
  if (service !== "git-upload-pack" && service !== "git-receive-pack") return turnAway("sign-in-page", state);
  const pushes = service === "git-receive-pack";
  const needed = pushes && !state.options.scopeCheckedLate ? "vso.code_write" : "vso.code";
  if (!hasScope(token, [needed])) return turnAway("empty-401", state);
  const row = state.repositories.find(
    (one) =>
      [one.id, one.name.toLowerCase()].includes(name.toLowerCase()) &&
      [one.project.id, one.project.name.toLowerCase()].includes(project.toLowerCase()),
  );
  const text = { "content-type": "text/plain; charset=utf-8" };
  if (!row || !hasPermission(row, token.user, 2)) {
    const body = `TF401019: The Git repository with name or identifier ${name} does not exist or you do not have permissions for the operation you are attempting.`;
    return { status: 404, headers: text, body };
  }
  const first = line(`# service=${service}\n`);
  if (pushes && !state.options.pushCheckedLate && !hasPermission(row, token.user, 4)) {
    const message = `TF401027: You need the Git 'GenericContribute' permission to perform this action. Details: identity '${token.user.account}', scope 'repository'.`;
    return { status: 403, headers: text, body: `${first}0000${line(`${message}\n`)}` };
  }
  const body = `${first}0000${line(`${"0".repeat(40)} capabilities^{}\0report-status\n`)}0000`;
  return { status: 200, headers: { "content-type": `application/x-${service}-advertisement` }, body };
}

function line(text: string): string {
  return (text.length + 4).toString(16).padStart(4, "0") + text;
}
