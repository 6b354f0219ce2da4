import type { AzureDevopsRepository, AzureDevopsState, AzureDevopsToken } from "./azure-devops-state";
import type { SimulatorRequest } from "./simulator";

/** The bodies of the simulator's ordinary answers: recorded keys, and those of the published descriptions. */
const stranger = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/** Recorded keys. Servers before 2019 leave subjectDescriptor out, as far as is known. */
export function connectionBody(state: AzureDevopsState, token: AzureDevopsToken | null, base: string): object {
  const isServices = state.product === "services";
  const isAnonymous = token === null || token.state === "anonymous";
  const account = isAnonymous ? "Anonymous" : (token?.user.account ?? "");
  const user = {
    id: isAnonymous ? stranger : token?.user.id,
    descriptor: isAnonymous
      ? `System:PublicAccess;${stranger}`
      : token?.user.isService
        ? `Microsoft.TeamFoundation.ServiceIdentity;1:Build:${token.user.id}`
        : isServices
          ? `Microsoft.IdentityModel.Claims.ClaimsIdentity;8d0b2f0a-6f5c-4a0d-9a3e-1c2b3a4d5e6f\\${account}`
          : "System.Security.Principal.WindowsIdentity;S-1-5-21-1000-1000-1000-1104",
    ...(!state.product.startsWith("tfs-") && { subjectDescriptor: "aad.ZTU5NjQ5ODMt" }),
    providerDisplayName: isAnonymous ? "Anonymous" : token?.user.name,
    isActive: true,
    properties: { Account: { $type: "System.String", $value: account } },
    resourceVersion: 2,
    metaTypeId: 0,
  };
  return {
    authenticatedUser: user,
    authorizedUser: user,
    instanceId: "0b6e2a9c-3a57-4a34-9c71-2a6d4f1b7e90",
    deploymentId: "c1f7a1e2-7a0b-4f29-8d2f-6a9b0c3d4e5f",
    deploymentType: isServices ? "hosted" : "onPremises",
    locationServiceData: {
      serviceOwner: "00025394-6065-48ca-87d9-7f5672854ef7",
      defaultAccessMappingMoniker: "HostGuidAccessMapping",
      accessMappings: [
        { displayName: "Host Guid Access Mapping", moniker: "HostGuidAccessMapping", accessPoint: `${base}/` },
      ],
      lastChangeId: 59124,
      lastChangeId64: 59124,
    },
  };
}

export function projectsOf(state: AzureDevopsState, request: SimulatorRequest, base: string): object[] {
  const projects = new Map(state.repositories.map(({ project }) => [project.id, project]));
  const top = Number(request.query.get("$top") ?? 100);
  return [...projects.values()].slice(0, top).map(({ id, name }) => ({
    id,
    name,
    url: `${base}/_apis/projects/${id}`,
    state: "wellFormed",
    revision: 11,
    visibility: "private",
    ...(state.product === "services" && { lastUpdateTime: "2026-01-02T03:04:05.67Z" }),
  }));
}

/** TFS knows no size, webUrl or isDisabled (api-version 4.1). */
export function repositoryBody(state: AzureDevopsState, row: AzureDevopsRepository, base: string): object {
  const { id, name, project } = row;
  const path = `${encodeURIComponent(project.name)}/_git/${encodeURIComponent(name)}`;
  const isServices = state.product === "services";
  return {
    id,
    name,
    url: `${base}/${project.id}/_apis/git/repositories/${id}`,
    project: { id: project.id, name: project.name, state: "wellFormed", revision: 11, visibility: "private" },
    defaultBranch: "refs/heads/main",
    remoteUrl: `${base}/${path}`,
    sshUrl: isServices
      ? `git@ssh.dev.azure.com:v3/acme/${path.replace("/_git/", "/")}`
      : `ssh://tfs.example.com:22${new URL(base).pathname}/${path}`,
    ...(isServices && { size: 728, webUrl: `${base}/${path}`, isDisabled: false }),
  };
}
