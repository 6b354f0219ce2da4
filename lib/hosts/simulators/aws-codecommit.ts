import { fail, succeedJson } from "./aws-answers";
import { isGitPassword, readSigningTime } from "./aws-sigv4";
import { type AwsKey, type AwsState, mayDo, notAuthorised, now, repositoryArn } from "./aws-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** CodeCommit's JSON operations that read, and the beginning of git over HTTPS. */

export function answerCodeCommit(
  state: AwsState,
  key: AwsKey,
  operation: string,
  body: Record<string, unknown>,
): SimulatorResponse {
  const name = String(body.repositoryName ?? "");
  const resource = repositoryArn(state, operation === "ListRepositories" ? "*" : name);
  const target = operation === "ListRepositories" ? "*" : resource;
  if (!mayDo(key, `codecommit:${operation}`, target)) {
    const message = notAuthorised(state, key, `codecommit:${operation}`, resource);
    return fail("codecommit", 400, "AccessDenied", message);
  }
  switch (operation) {
    case "ListRepositories": {
      const repositories = state.repositories.map((one) => ({ repositoryName: one.name, repositoryId: one.id }));
      return succeedJson({ repositories });
    }
    case "GetRepository": {
      const found = state.repositories.find((one) => one.name === name);
      if (!found) return fail("codecommit", 400, "RepositoryDoesNotExistException", `${name} does not exist`);
      return succeedJson({
        repositoryMetadata: {
          Arn: resource,
          accountId: state.accountId,
          repositoryId: found.id,
          repositoryName: found.name,
          defaultBranch: "main",
          cloneUrlHttp: `https://git-codecommit.${state.region}.amazonaws.com/v1/repos/${found.name}`,
          cloneUrlSsh: `ssh://git-codecommit.${state.region}.amazonaws.com/v1/repos/${found.name}`,
          creationDate: 1_700_000_000.5,
          lastModifiedDate: 1_700_000_000.5,
        },
      });
    }
    default:
      return fail("codecommit", 400, "UnknownOperationException", "");
  }
}

/** Null: not git's. */
export function answerGit(state: AwsState, request: SimulatorRequest): SimulatorResponse | null {
  const [, path = "", name = ""] = /^((?:\/[a-z0-9-]+)?\/v1\/repos\/([\w.-]+))\/info\/refs$/.exec(request.path) ?? [];
  const service = request.query.get("service") ?? "";
  if (name === "" || request.method !== "GET") return null;
  const sent = /^Basic (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (sent === undefined) {
    return { status: 401, headers: { "www-authenticate": 'Basic realm="AWS CodeCommit"' }, body: "" };
  }
  const pair = Buffer.from(sent, "base64").toString("utf8");
  const [username = "", password = ""] = [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)];
  const [id, ...session] = username.split("%");
  const key = state.keys.find((one) => one.id === id);
  const place = { region: state.region, host: String(request.headers.host), path };
  const age = now(state).getTime() - readSigningTime(password.slice(0, 15));
  const isKnown =
    key?.status === "Active" &&
    (key.session?.token ?? "") === session.join("%") &&
    isGitPassword(password, key.secret, place) &&
    Math.abs(age) < 15 * 60_000;
  if (!key || !isKnown) return forbidden();
  if (!state.repositories.some((one) => one.name === name)) return { status: 404, body: "" };
  const action = { "git-upload-pack": "codecommit:GitPull", "git-receive-pack": "codecommit:GitPush" }[service];
  if (!action || !mayDo(key, action, repositoryArn(state, name))) return forbidden();
  const line = `# service=${service}\n`;
  const length = (line.length + 4).toString(16).padStart(4, "0");
  const headers = { "content-type": `application/x-${service}-advertisement`, "cache-control": "no-cache" };
  return { status: 200, headers, body: `${length}${line}00000000` };
}

function forbidden(): SimulatorResponse {
  return { status: 403, headers: { "content-type": "text/plain" }, body: "" };
}
