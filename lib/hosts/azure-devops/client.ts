import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
// Named by file: the package has no exports map, and Node finds its files by their whole name only.
import { AdoHttpClient } from "azure-devops-node-api/AdoHttpClientBases.js";
import { CoreApi } from "azure-devops-node-api/CoreApi.js";
import { GitApi } from "azure-devops-node-api/GitApi.js";
import type { Secret } from "../../secret";
import type { Connection } from "../adapter";
import { type Answer, basic, readAnswer } from "../answer";
import { TransportError } from "../http";
import { trimSlash } from "./base-url";

/**
 * Azure DevOps' client library over the guarded transport. It finds routes and agrees on the api-version; what it sends
 * leaves through the transport only, to addresses below the base URL only, once, and no redirect is followed. It is
 * never given the token, and never asked where else an area lives, so no server can move it to another host.
 */

/** An answer, or what the transport threw. */
export type Reply = { answer: Answer } | { thrown: unknown };

export function openClient(host: Connection, token: Secret | null) {
  const base = trimSlash(host.baseUrl);
  const secret: Record<string, string> = token ? { authorization: basic("", token) } : {};

  function send(method: string, url: string, headers: Record<string, string> = {}): Promise<Answer> {
    // Microsoft's own clients send it too: a refusal is then no redirect to a sign-in page.
    const common = { accept: "application/json", "x-tfs-fedauthredirect": "Suppress" };
    return host.transport.fetch(url, { method, headers: { ...common, ...headers, ...secret } }).then(readAnswer);
  }

  const core = new CoreApi(base, [], {}, "forgepass");
  const git = new GitApi(base, [], {}, "forgepass");
  const coreHttp = new GuardedHttpClient(base, send);
  const gitHttp = new GuardedHttpClient(base, send);
  core.rest.client = coreHttp;
  git.rest.client = gitHttp;

  return {
    connection: () => settle(send("GET", `${base}/_apis/connectionData`)),
    /** At most one. */
    projects: () => coreHttp.watch(() => core.getProjects(undefined, 1)),
    repositories: (project?: string) => gitHttp.watch(() => git.getRepositories(project)),
    repository: (project: string, name: string) => gitHttp.watch(() => git.getRepository(name, project)),
    /** What OPTIONS said of Git's resources, once one of the above has asked; else null. */
    release: () => readRelease(gitHttp.locations),
    locations: () => settle(send("OPTIONS", `${base}/_apis/git`)),
    /** Anything that the library has no method for, by its path below the base URL. */
    get: (path: string, headers?: Record<string, string>) => settle(send("GET", `${base}${path}`, headers)),
    getElsewhere: (url: string) => settle(send("GET", url)),
    gitRefs: (project: string, name: string, service: "git-upload-pack" | "git-receive-pack") => {
      const repository = `${encodeURIComponent(project)}/_git/${encodeURIComponent(name)}`;
      // Protocol 2 lists no references until asked, so that a large repository answers in a few lines.
      const headers = { accept: "*/*", "git-protocol": "version=2" };
      return settle(send("GET", `${base}/${repository}/info/refs?service=${service}`, headers));
    },
  };
}

type Send = (method: string, url: string, headers?: Record<string, string>) => Promise<Answer>;

/** The library's HTTP client, of which nothing but the name of the class is left. */
class GuardedHttpClient extends AdoHttpClient {
  /** The last answer to OPTIONS. */
  locations: Answer | null = null;
  #last: Reply | null = null;

  constructor(
    private readonly base: string,
    private readonly send: Send,
  ) {
    super("forgepass", [], { allowRedirects: false, allowRetries: false });
  }

  /** Runs one call of the library, and gives the host's answer whatever the library makes of it. */
  async watch(call: () => Promise<unknown>): Promise<Reply> {
    this.#last = null;
    try {
      await call();
    } catch (error) {
      return this.#last ?? { thrown: error };
    }
    return this.#last ?? { thrown: new TransportError("unexpected", "The library asked for nothing.") };
  }

  override async request(verb: string, requestUrl: string, _data: unknown, given: object = {}) {
    const url = new URL(requestUrl);
    if (!url.href.startsWith(`${new URL(this.base).href.replace(/\/+$/, "")}/`)) {
      throw new TransportError("unexpected", `${url.host} names an address for its API that is not below its own.`);
    }
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    try {
      const answer = await this.send(verb, url.href, headers);
      if (verb === "OPTIONS") this.locations = answer;
      // Of a call whose route was not found, nothing is known.
      this.#last = verb === "OPTIONS" ? { thrown: new TransportError("unexpected", unclear(url)) } : { answer };
      return asIncoming(answer);
    } catch (error) {
      this.#last = { thrown: error };
      throw error;
    }
  }
}

function unclear(url: URL): string {
  return `${url.host} does not tell where its API is. Check the address.`;
}

function asIncoming({ status, headers, text }: Answer) {
  const message = new IncomingMessage(new Socket());
  message.statusCode = status;
  message.headers = headers;
  return { message, readBody: () => Promise.resolve(text) };
}

export function settle(answered: Promise<Answer>): Promise<Reply> {
  return answered.then(
    (answer) => ({ answer }),
    (thrown: unknown) => ({ thrown }),
  );
}

const repositoriesId = "225f7195-f9c7-4d14-ab28-a83f7ff77e1f";

/** The highest api-version, and the highest that is not a preview, of Git's repositories. */
export function readRelease(answer: Answer | null): { max: string; released: string } | null {
  const value = answer?.status === 200 ? (answer.json as { value?: unknown } | null | undefined)?.value : null;
  const rows: unknown[] = Array.isArray(value) ? value : [];
  for (const row of rows) {
    const { id, maxVersion, releasedVersion } = (row ?? {}) as Record<string, unknown>;
    if (String(id).toLowerCase() !== repositoriesId) continue;
    const isVersion = (text: unknown): text is string => typeof text === "string" && /^\d{1,2}\.\d{1,2}$/.test(text);
    return isVersion(maxVersion) && isVersion(releasedVersion) ? { max: maxVersion, released: releasedVersion } : null;
  }
  return null;
}
