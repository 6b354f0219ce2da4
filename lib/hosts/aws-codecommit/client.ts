import { setTimeout } from "node:timers/promises";
// Loaded with the first question: they take longer to load than the rest of a start.
import type * as Code from "@aws-sdk/client-codecommit";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Sts from "@aws-sdk/client-sts";
import type { Connection, Entered } from "../adapter";
import type { Transport } from "../http";
import { type Place, placeOf } from "./base-url";
import { isBadSignature } from "./codes";
import { isAnswer, readErrorCode } from "./error-code";
import { signForGit } from "./git-credential";

/**
 * AWS's clients over the guarded transport: each request is sent once, with the entered key and the code host's own
 * endpoints, never with what the environment, a profile or the machine's metadata service would give. What AWS answers
 * comes back as a value; only the transport's failures are thrown.
 */
export interface Raw {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** What stands for the answer where AWS's client was content with one that means nothing. */
export const noAnswer: Raw = { status: 200, headers: {}, text: "" };

export const patience = {
  /**
   * AWS refuses the right secret too for about 5 seconds after a wrong one was used with the same key (TruffleHog's AWS
   * detector waits for it; undocumented): a bad signature is believed when it is said twice, this long apart.
   */
  afterBadSignatureMs: 5_200,
};

export type Answer<Output> =
  | { kind: "answered"; output: Output }
  /** AWS's own code: AccessDenied. Names of both protocols are kept as they came. */
  | { kind: "refused"; code: string; message: string; raw: Raw }
  | { kind: "unintelligible"; raw: Raw };

export type Client = ReturnType<typeof openClient>;

/** @param onWord called each time that AWS itself has answered, be it with a refusal */
export function openClient(host: Connection, entered: Entered, onWord: () => void = () => {}) {
  const place = placeOf(host.baseUrl);

  async function ask<Output>(
    send: (config: Config) => Promise<Output>,
    endpoint: string,
    region: string,
  ): Promise<Answer<Output>> {
    const answer = await askOnce(send, endpoint, region);
    if (answer.kind !== "unintelligible") onWord();
    if (!isBadSignature(answer)) return answer;
    await setTimeout(patience.afterBadSignatureMs);
    return askOnce(send, endpoint, region);
  }

  async function askOnce<Output>(
    send: (config: Config) => Promise<Output>,
    endpoint: string,
    region: string,
  ): Promise<Answer<Output>> {
    const wire = openWire(host.transport);
    try {
      const output = await send(configure(entered, endpoint, region, wire.handler));
      const raw = wire.last();
      return raw && isAnswer(raw, wire.protocol())
        ? { kind: "answered", output }
        : { kind: "unintelligible", raw: raw ?? noAnswer };
    } catch (error) {
      const raw = wire.last();
      if (!raw) throw error;
      const told = raw.status >= 200 && raw.status < 300 ? null : readErrorCode(raw);
      return told ? { kind: "refused", ...told, raw } : { kind: "unintelligible", raw };
    }
  }

  function sts<Output>(run: (client: Sts.STSClient, sdk: typeof Sts) => Promise<Output>) {
    const send = async (config: Config, sdk: typeof Sts) => run(new sdk.STSClient(config), sdk);
    return ask(async (config) => send(config, await import("@aws-sdk/client-sts")), place.sts, place.region);
  }
  function iam<Output>(run: (client: Iam.IAMClient, sdk: typeof Iam) => Promise<Output>) {
    const send = async (config: Config, sdk: typeof Iam) => run(new sdk.IAMClient(config), sdk);
    return ask(async (config) => send(config, await import("@aws-sdk/client-iam")), place.iam, place.iamRegion);
  }
  function codecommit<Output>(run: (client: Code.CodeCommitClient, sdk: typeof Code) => Promise<Output>) {
    const send = async (config: Config, sdk: typeof Code) => run(new sdk.CodeCommitClient(config), sdk);
    return ask(
      async (config) => send(config, await import("@aws-sdk/client-codecommit")),
      place.codecommit,
      place.region,
    );
  }

  return {
    place,
    identity: () => sts((client, sdk) => client.send(new sdk.GetCallerIdentityCommand({}))),
    accessKeys: () => iam((client, sdk) => client.send(new sdk.ListAccessKeysCommand({}))),
    lastUsed: (keyId: string) =>
      iam((client, sdk) => client.send(new sdk.GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }))),
    createAccessKey: () => iam((client, sdk) => client.send(new sdk.CreateAccessKeyCommand({}))),
    deleteAccessKey: (keyId: string) =>
      iam((client, sdk) => client.send(new sdk.DeleteAccessKeyCommand({ AccessKeyId: keyId }))),
    deactivateAccessKey: (keyId: string) =>
      iam((client, sdk) => client.send(new sdk.UpdateAccessKeyCommand({ AccessKeyId: keyId, Status: "Inactive" }))),
    simulate: (source: string, actions: readonly string[], resources: readonly string[]) =>
      iam((client, sdk) =>
        client.send(
          new sdk.SimulatePrincipalPolicyCommand({
            PolicySourceArn: source,
            ActionNames: [...actions],
            ResourceArns: [...resources],
          }),
        ),
      ),
    repositories: () => codecommit((client, sdk) => client.send(new sdk.ListRepositoriesCommand({}))),
    repository: (name: string) =>
      codecommit((client, sdk) => client.send(new sdk.GetRepositoryCommand({ repositoryName: name }))),
    sshKeys: (user: string) => iam((client, sdk) => client.send(new sdk.ListSSHPublicKeysCommand({ UserName: user }))),
    sshKey: (user: string, id: string) =>
      iam((client, sdk) =>
        client.send(new sdk.GetSSHPublicKeyCommand({ UserName: user, SSHPublicKeyId: id, Encoding: "SSH" })),
      ),
    addSshKey: (user: string, body: string) =>
      iam((client, sdk) => client.send(new sdk.UploadSSHPublicKeyCommand({ UserName: user, SSHPublicKeyBody: body }))),
    removeSshKey: (user: string, id: string) =>
      iam((client, sdk) => client.send(new sdk.DeleteSSHPublicKeyCommand({ UserName: user, SSHPublicKeyId: id }))),
  };
}

/** Without a signature, which every service refuses in its own way: how an address is known. */
export async function askUnsigned(host: Connection, { codecommit }: Place): Promise<Raw> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "CodeCommit_20150413.ListRepositories",
  };
  return read(await host.transport.fetch(`${codecommit}/`, { method: "POST", headers, body: "{}" }));
}

/** What every clone (git-upload-pack) and push (git-receive-pack) begins with; it changes nothing. */
export async function askGit(
  host: Connection,
  remote: URL,
  service: "git-upload-pack" | "git-receive-pack",
  entered: Entered,
  region: string,
): Promise<Raw> {
  const { username, password } = signForGit(entered, remote, region);
  const pair = Buffer.from(`${username}:${password.reveal()}`).toString("base64");
  const headers = { authorization: `Basic ${pair}`, "git-protocol": "version=2" };
  return read(await host.transport.fetch(`${remote.href}/info/refs?service=${service}`, { headers }));
}

/** All that the clients would otherwise look for in the environment and in ~/.aws is said here. */
function configure(
  entered: Entered,
  endpoint: string,
  region: string,
  requestHandler: ReturnType<typeof openWire>["handler"],
) {
  const session = entered.secrets.sessionToken;
  const credentials = {
    accessKeyId: entered.fields.accessKeyId ?? "",
    secretAccessKey: entered.token.reveal(),
    ...(session && { sessionToken: session.reveal() }),
  };
  return {
    endpoint,
    region,
    credentials: async () => credentials,
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard" as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: "",
    authSchemePreference: ["sigv4"],
    requestHandler,
  };
}

type Config = ReturnType<typeof configure>;

/** What the clients sign and say themselves; the transport fills in the same. */
const transports = ["host", "content-length", "user-agent"];

interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
}

function openWire(transport: Transport) {
  let last: Raw | null = null;
  let form: "query" | "json" = "query";
  return {
    last: () => last,
    protocol: () => form,
    handler: {
      async handle(request: SdkRequest) {
        const { protocol, hostname, port, path, method } = request;
        const headers = Object.fromEntries(
          Object.entries(request.headers).filter(([name]) => !transports.includes(name.toLowerCase())),
        );
        form = "x-amz-target" in headers ? "json" : "query";
        const body = asText(request.body);
        const url = `${protocol}//${hostname}${port ? `:${port}` : ""}${path}`;
        last = await read(await transport.fetch(url, { method, headers, body }));
        const { status: statusCode, text, headers: answered } = last;
        return { response: { statusCode, headers: answered, body: new TextEncoder().encode(text) } };
      },
    },
  };
}

/** The query protocol gives a string, the JSON protocol bytes. */
function asText(body: unknown): string {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
}

async function read(response: Response): Promise<Raw> {
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
}
