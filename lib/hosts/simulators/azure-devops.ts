import { azureDevops, azureDevopsServer } from "../azure-devops/adapter";
import type { ContractSubject } from "../contract";
import { exception, json, turnAway, whyTurnedAway } from "./azure-devops-answers";
import { answerApi, tokenOf } from "./azure-devops-api";
import {
  type AzureDevopsOptions,
  type AzureDevopsRepository,
  type AzureDevopsState,
  type AzureDevopsToken,
  type AzureDevopsUser,
  hasScope,
} from "./azure-devops-state";
import { mintLong, mintShort } from "./azure-devops-tokens";
import { type Simulator, type SimulatorRequest, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * Azure DevOps Services, or a server of any release, in memory: one organization or collection with users, tokens and
 * repositories, and the refusals of the fact sheet. It promises nothing about what the adapter expects.
 */
export interface AzureDevopsSimulator extends Simulator {
  /** With the organization, or the virtual directory and the collection. */
  baseUrl: string;
  addToken(spec?: TokenSpec): string;
  revokeToken(token: string): void;
  /** "project/name". Without permissions, alice may read and contribute. */
  addRepository(path: string, permissions?: Record<string, number>): AzureDevopsRepository;
  /** Every answer from now on, until null. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** The answer to one path below the base from now on, until null. */
  respondAt(path: string, response: SimulatorResponse | null): void;
}

export interface TokenSpec extends Partial<Omit<AzureDevopsToken, "user">> {
  user?: Partial<AzureDevopsUser>;
  format?: "short" | "long";
  madeAt?: Date;
}

/** Read, contribute, create branches, contribute to pull requests. */
const contributor = 2 + 4 + 16 + 16384;

export async function startAzureDevopsSimulator(options: AzureDevopsOptions = {}): Promise<AzureDevopsSimulator> {
  const product = options.product ?? "services";
  const isServices = product === "services";
  const state: AzureDevopsState = { options, product, tokens: [], repositories: [] };
  const users = new Map<string, AzureDevopsUser>();
  const overrides = new Map<string, SimulatorResponse>();
  const root = rootOf(options);
  let override: SimulatorResponse | null = null;

  const simulator = await startSimulator((request) => {
    const page = options.pages?.(request);
    if (page) return page;
    if (override) return override;
    if (isServices && !request.path.startsWith(`${root}/`)) return answerGlobal(state, request);
    if (!request.path.startsWith(`${root}/`)) {
      return {
        status: 404,
        headers: { "content-type": "text/html" },
        body: "<h2>404 - File or directory not found.</h2>",
      };
    }
    const path = request.path.slice(root.length);
    return overrides.get(path) ?? answerApi(state, request, path, simulator.url + root);
  }, options.port);

  function userNamed(spec: Partial<AzureDevopsUser> = {}): AzureDevopsUser {
    const account = spec.account ?? (isServices ? "alice@example.com" : "alice");
    const known = users.get(account);
    const user = Object.assign(
      known ?? {
        id: `e5964983-0d7d-4fd2-8f6b-0000000000${String(10 + users.size)}`,
        account,
        name: account.replace(/@.*/, "").replace(/^./, (first) => first.toUpperCase()),
        isService: false,
      },
      spec,
    );
    users.set(account, user);
    return user;
  }

  return {
    ...simulator,
    baseUrl: simulator.url + root,
    addToken({ user, format, madeAt, ...spec } = {}) {
      const isLong = (format ?? (isServices ? "long" : "short")) === "long";
      const value = spec.value ?? (isLong ? mintLong(madeAt) : mintShort());
      const defaults = { scopes: ["vso.code_write"], allOrganizations: false, state: "active" } as const;
      state.tokens.push({ ...defaults, scopes: [...defaults.scopes], ...spec, value, user: userNamed(user) });
      return value;
    },
    revokeToken(token) {
      for (const row of state.tokens) if (row.value === token) row.state = "revoked";
    },
    addRepository(path, permissions) {
      const [projectName = "", name = ""] = path.split("/");
      const number = String(state.repositories.length + 10);
      const known = state.repositories.find((row) => row.project.name === projectName);
      const row: AzureDevopsRepository = {
        id: `0a1b2c3d-0000-4000-8000-0000000000${number}`,
        name,
        project: known?.project ?? { id: `5f0e1d2c-0000-4000-8000-0000000000${number}`, name: projectName },
        permissions: permissions ?? { alice: contributor, "alice@example.com": contributor },
      };
      state.repositories.push(row);
      return row;
    },
    respondNextWith(response) {
      override = response;
    },
    respondAt(path, response) {
      if (response) overrides.set(path, response);
      else overrides.delete(path);
    },
  };
}

function rootOf(options: AzureDevopsOptions): string {
  const product = options.product ?? "services";
  if (product === "services") return options.legacyAddress ? "" : `/${options.organization ?? "acme"}`;
  const mounted = options.virtualDirectory ?? (product.startsWith("tfs-") ? "/tfs" : "");
  return `${mounted}/${options.collection ?? "DefaultCollection"}`;
}

/** What app.vssps.visualstudio.com answers: only to tokens for all organizations. A loopback stand-in has it at its root. */
function answerGlobal(state: AzureDevopsState, request: SimulatorRequest): SimulatorResponse {
  const token = tokenOf(state, request.headers.authorization ?? "");
  const refused = whyTurnedAway(state, token, "sign-in-page");
  if (refused || !token) return refused ?? turnAway("sign-in-page", state);
  if (!token.allOrganizations || !hasScope(token, ["vso.profile"])) return turnAway("empty-401", state);
  const { id, name, account } = token.user;
  if (request.path === "/_apis/profile/profiles/me") {
    const times = { coreRevision: 2019, timeStamp: "2026-01-02T03:04:05.67+00:00", revision: 2019 };
    return json(200, { displayName: name, publicAlias: id, emailAddress: account, id, ...times });
  }
  if (request.path === "/_apis/accounts") {
    const organization = state.options.organization ?? "acme";
    const accountUri = `https://${organization}.visualstudio.com:443/`;
    return json(200, { count: 1, value: [{ accountId: id, accountName: organization, accountUri, properties: {} }] });
  }
  return exception(
    404,
    "VS800075: The project does not exist, or you do not have permission to access it.",
    "ProjectDoesNotExistWithNameException",
  );
}

/** The simulators as the adapter contract's suite wants them. */
export const azureDevopsContract: ContractSubject = {
  adapter: azureDevops,
  exampleBaseUrl: "https://dev.azure.com/acme",
  // Azure DevOps tells no scopes: each is found out by a request of its own, and its library asks for versions first.
  maxRequests: 10,
  start: () => startContractHost({}),
};

export const azureDevopsServerContract: ContractSubject = {
  adapter: azureDevopsServer,
  exampleBaseUrl: "https://tfs.example.com/DefaultCollection",
  // As above.
  maxRequests: 9,
  start: () => startContractHost({ product: "tfs-2018.2" }),
};

async function startContractHost(options: AzureDevopsOptions) {
  const host = await startAzureDevopsSimulator(options);
  host.addRepository("Fabrikam Fiber/web app");
  return {
    baseUrl: host.baseUrl,
    requests: host.requests,
    close: host.close,
    tokens: {
      good: host.addToken({ scopes: ["vso.code_write", "vso.code_status"] }),
      another: host.addToken({ scopes: ["vso.code_write", "vso.code_status"] }),
      lacking: host.addToken({ scopes: ["vso.code"] }),
      rejected: mintShort(),
      expired: host.addToken({ state: "expired" }),
      rateLimited: host.addToken({ state: "rate-limited" }),
      scopeless: host.addToken({ scopes: ["vso.memberentitlementmanagement"] }),
    },
    repository: "Fabrikam Fiber/web app",
    respondNextWith: host.respondNextWith,
    revoke: host.revokeToken,
  };
}
