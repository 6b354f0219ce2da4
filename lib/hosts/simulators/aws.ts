import { awsCodecommit } from "../aws-codecommit/adapter";
import type { ContractHost, ContractSubject } from "../contract";
import { fail, type Protocol } from "./aws-answers";
import { answerCodeCommit, answerGit } from "./aws-codecommit";
import { authenticate } from "./aws-gate";
import { answerIam, answerSts } from "./aws-iam";
import {
  type AwsKey,
  type AwsOptions,
  type AwsRepository,
  type AwsState,
  type AwsUser,
  fullAccess,
  mintId,
  mintSecret,
} from "./aws-state";
import { type Simulator, type SimulatorRequest, type SimulatorResponse, startSimulator } from "./simulator";

/**
 * One AWS account and region in memory: STS, IAM and CodeCommit at POST /, told apart as AWS does by Action and
 * x-amz-target, and git below /v1/repos, with or without the region before it. Every signature is really checked.
 */
export interface AwsSimulator extends Simulator {
  /** With the region as its path, as the adapter wants it of a stand-in. */
  baseUrl: string;
  accountId: string;
  /** A user with this name, made or changed. */
  addUser(user?: Partial<Omit<AwsUser, "sshKeys">>): AwsUser;
  addKey(spec?: AwsKeySpec): AwsKey;
  addRepository(name: string): AwsRepository;
  /** As somebody would in the console. */
  deleteKey(id: string): void;
  deactivateKey(id: string): void;
  /** Ids of a user's keys. */
  keysOf(user: string): string[];
  /** As after some seconds: keys that were just made work everywhere. */
  knowAllKeys(): void;
  /** The next time, this operation is carried out, and its answer lost. */
  loseReplyTo(operation: string): void;
  /** Every answer from now on, until null. */
  respondNextWith(response: SimulatorResponse | null): void;
  /** The answer to one operation (GetCallerIdentity, ListRepositories) from now on, until null. */
  respondAt(operation: string, response: SimulatorResponse | null): void;
}

export interface AwsKeySpec extends Partial<Omit<AwsKey, "user">> {
  user?: Partial<Omit<AwsUser, "sshKeys">>;
}

export async function startAwsSimulator(options: AwsOptions = {}): Promise<AwsSimulator> {
  const region = options.region ?? "us-east-1";
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  const accountId = options.accountId ?? "123456789012";
  const state: AwsState = {
    options,
    region,
    accountId,
    partition,
    users: [],
    keys: [],
    repositories: [],
    grudges: new Map(),
    losesReplyTo: null,
  };
  const overrides = new Map<string, SimulatorResponse>();
  let override: SimulatorResponse | null = null;

  const simulator = await startSimulator((request) => {
    const page = options.pages?.(request);
    if (page) return page;
    if (override) return override;
    const git = answerGit(state, request);
    if (git) return git;
    const [protocol, operation] = operationOf(request);
    const answer = overrides.get(operation) ?? answerApi(state, request, protocol, operation);
    if (state.losesReplyTo !== operation) return answer;
    state.losesReplyTo = null;
    throw new Error("the reply is lost");
  }, options.port);

  function addUser(spec: Partial<Omit<AwsUser, "sshKeys">> = {}): AwsUser {
    const name = spec.name ?? "alice";
    const known = state.users.find((user) => user.name === name);
    const user = Object.assign(
      known ?? { name, path: "/", id: mintId("AIDA", accountId), statements: [...fullAccess], sshKeys: [] },
      spec,
    );
    if (!known) state.users.push(user);
    return user;
  }

  return {
    ...simulator,
    baseUrl: `${simulator.url}/${region}`,
    accountId,
    addUser,
    addKey({ user, ...spec } = {}) {
      const key: AwsKey = {
        id: mintId(spec.session ? "ASIA" : "AKIA", accountId),
        secret: mintSecret(),
        user: addUser(user),
        principal: "user",
        status: "Active",
        createdAt: new Date(),
        lastUsed: null,
        session: null,
        knownFrom: new Date(0),
        isThrottled: false,
        ...spec,
      };
      state.keys.push(key);
      return key;
    },
    addRepository(name) {
      const repository = { name, id: `f7579e13-b83e-4027-aaef-${String(state.repositories.length).padStart(12, "0")}` };
      state.repositories.push(repository);
      return repository;
    },
    deleteKey(id) {
      state.keys = state.keys.filter((key) => key.id !== id);
    },
    deactivateKey(id) {
      for (const key of state.keys) if (key.id === id) key.status = "Inactive";
    },
    keysOf: (name) => state.keys.filter(({ user }) => user.name === name).map(({ id }) => id),
    knowAllKeys() {
      for (const key of state.keys) key.knownFrom = new Date(0);
    },
    loseReplyTo(operation) {
      state.losesReplyTo = operation;
    },
    respondNextWith(response) {
      override = response;
    },
    respondAt(operation, response) {
      if (response) overrides.set(operation, response);
      else overrides.delete(operation);
    },
  };
}

function operationOf(request: SimulatorRequest): [Protocol, string] {
  const target = /^CodeCommit_20150413\.(\w+)$/.exec(String(request.headers["x-amz-target"] ?? ""))?.[1];
  if (target !== undefined) return ["codecommit", target];
  const parameters = new URLSearchParams(request.body);
  return [parameters.get("Version") === "2011-06-15" ? "sts" : "iam", parameters.get("Action") ?? ""];
}

function answerApi(
  state: AwsState,
  request: SimulatorRequest,
  protocol: Protocol,
  operation: string,
): SimulatorResponse {
  if (request.method !== "POST" || request.path !== "/") return { status: 404, body: "" };
  const signed = authenticate(state, request, protocol);
  if ("refusal" in signed) return signed.refusal;
  if (protocol === "codecommit") {
    const body = JSON.parse(request.body);
    return answerCodeCommit(state, signed.key, operation, body);
  }
  const parameters = new URLSearchParams(request.body);
  if (operation === "") return fail(protocol, 400, "MissingAction", "");
  return protocol === "sts"
    ? answerSts(state, signed.key, operation)
    : answerIam(state, signed.key, operation, parameters);
}

/** What of STS, IAM and CodeCommit changes nothing, by its name in the body; CodeCommit's is in a header. */
const reading =
  /^Action=(GetCallerIdentity|ListAccessKeys|GetAccessKeyLastUsed|SimulatePrincipalPolicy|ListSSHPublicKeys|GetSSHPublicKey)&/;

/** A key as the contract suite enters it. */
function enter({ id, secret, session }: Pick<AwsKey, "id" | "secret" | "session">) {
  const fields = { accessKeyId: id };
  if (!session) return { token: secret, type: "access-key", fields };
  return { token: secret, type: "temporary-key", fields, secrets: { sessionToken: session.token } };
}

/** The simulator as the adapter contract's suite wants it. */
export const awsCodecommitContract: ContractSubject = {
  adapter: awsCodecommit,
  exampleBaseUrl: "https://git-codecommit.us-east-1.amazonaws.com",
  pageOrigins: ["https://us-east-1.console.aws.amazon.com"],
  // Who is it, its keys, its last use, its repositories; then, knowing who, what it may do, and on which of them.
  maxRequests: 6,
  isReadOnly: ({ method, body }) =>
    method === "GET" || (method === "POST" && (reading.test(body) || /^\{("repositoryName":"[^"]*")?\}$/.test(body))),
  start: () => startContract("alice"),
  // With room for a second key, which is known at once.
  rotatable: { start: () => startContract("erin") },
};

async function startContract(ofAnother: string): Promise<ContractHost> {
  const host = await startAwsSimulator({ propagationMs: 0 });
  host.addRepository("app");
  const good = host.addKey();
  const another = host.addKey({ user: { name: ofAnother } });
  const readsOnly = [
    { effect: "Allow" as const, actions: ["codecommit:GitPull", "codecommit:Get*"], resources: ["*"] },
  ];
  const lacking = host.addKey({ user: { name: "bob", statements: [...readsOnly, ...fullAccess.slice(1)] } });
  return {
    baseUrl: host.baseUrl,
    requests: host.requests,
    close: host.close,
    tokens: {
      good: enter(good),
      another: enter(another),
      lacking: enter(lacking),
      rejected: enter({ id: mintId("AKIA", host.accountId), secret: mintSecret(), session: null }),
      expired: enter(host.addKey({ session: { token: mintSecret(300), expiresAt: new Date(0) } })),
      rateLimited: enter(host.addKey({ isThrottled: true, user: { name: "dora" } })),
      scopeless: enter(host.addKey({ user: { name: "carol", statements: [] } })),
    },
    repository: "app",
    respondNextWith: host.respondNextWith,
    revoke: (secret) => {
      for (const key of [good, another, lacking]) if (key.secret === secret) host.deleteKey(key.id);
    },
  };
}
