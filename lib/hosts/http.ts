import { request as send } from "undici";
import { agentFor, type Lookup } from "./agents";
import { asTransportError, TransportError } from "./transport-error";

export { closeTransports, type Lookup } from "./agents";
export { asRefusal, findTransportError, TransportError } from "./transport-error";

/**
 * The guarded transport: every byte to a code host passes here. It sends only to the origins that it was opened for,
 * checks the address at connect time, follows no redirect, decodes nothing, and stops at a size cap and a total deadline.
 */
export interface Transport {
  /** fetch-shaped, for the hosts' client libraries. Throws TransportError; a response of any status is returned. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

export interface TransportOptions {
  /** Origins that may be asked, as `new URL(x).origin`. */
  origins: readonly string[];
  /** PEM, trusted besides the system's. */
  caCertificate: string | null;
  /** CIDR networks that are allowed though not public. Cloud metadata addresses never are. */
  allowedNetworks: readonly string[];
  /** For everything sent through this transport together, from its first request on. Default 10 000. */
  deadlineMs?: number;
  /** Tests only: answers instead of DNS, to play a resolver that changes its mind. The answers are judged as DNS's are. */
  lookup?: Lookup;
}

type Method = "GET" | "HEAD" | "OPTIONS" | "POST" | "PUT" | "PATCH" | "DELETE";

const methods: readonly string[] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];
/** What belongs to the connection is ours to say. */
const reservedHeaders =
  /^(host|connection|keep-alive|content-length|transfer-encoding|te|trailer|upgrade|expect|proxy-.*)$/;

/** Opening sends nothing. One transport serves one purpose, such as verifying one token, within its deadline. */
export function openTransport(options: TransportOptions): Transport {
  const { origins, deadlineMs = 10_000 } = options;
  let deadline: AbortSignal | null = null;

  return {
    async fetch(input, init) {
      const url = parseAddress(input);
      if (!origins.includes(url.origin)) {
        throw new TransportError("unexpected", `Forgepass may not send to ${url.host} on behalf of this code host.`);
      }
      const prepared = await prepare(input, init, url.host);
      deadline ??= AbortSignal.timeout(deadlineMs);
      const callers = init?.signal ?? (input instanceof Request ? input.signal : null);
      const signal = callers ? AbortSignal.any([deadline, callers]) : deadline;
      try {
        signal.throwIfAborted();
        const answer = await send(url, { ...prepared, signal, dispatcher: agentFor(options) });
        answer.body.on("error", () => {});
        const refusal = inspectHead(answer, url);
        if (refusal) {
          answer.body.destroy();
          throw refusal;
        }
        return asResponse(answer, await answer.body.arrayBuffer(), url);
      } catch (error) {
        throw asTransportError(error, url.host);
      }
    },
  };
}

function parseAddress(input: string | URL | Request): URL {
  const text = input instanceof Request ? input.url : String(input);
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) throw new TransportError("unexpected", "The address of the code host is not a URL. Check it.");
  if (url.username !== "" || url.password !== "") {
    throw new TransportError("unexpected", `Leave the user name and password out of the address of ${url.host}.`);
  }
  return url;
}

interface Prepared {
  method: Method;
  headers: Record<string, string>;
  body: Buffer | null;
}

async function prepare(input: string | URL | Request, init: RequestInit | undefined, host: string): Promise<Prepared> {
  const source = input instanceof Request ? input : null;
  const method = (init?.method ?? source?.method ?? "GET").toUpperCase();
  if (!methods.includes(method)) {
    throw new TransportError("unexpected", `Forgepass does not use this method on ${host}.`);
  }
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of headerPairs(init?.headers ?? source?.headers)) {
    // fetch would throw too, quoting the value, which may be a token.
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || reservedHeaders.test(name) || !/^[\x20-\x7e]*$/.test(value)) {
      throw new TransportError("unexpected", `A header for ${host} holds characters that cannot be sent.`);
    }
    headers[name] = value;
  }
  headers["accept-encoding"] = "identity";
  headers["user-agent"] ??= "forgepass";

  const carrier = init?.body != null ? new Response(init.body) : source?.body ? new Response(source.body) : null;
  if (!carrier) return { method: method as Method, headers, body: null };
  const type = carrier.headers.get("content-type");
  if (type) headers["content-type"] ??= type;
  return { method: method as Method, headers, body: Buffer.from(await carrier.arrayBuffer()) };
}

function headerPairs(headers: RequestInit["headers"] | undefined): [string, string][] {
  const pairs = !headers ? [] : Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  return pairs.map(([name, value]) => [String(name).toLowerCase(), String(value)]);
}

type Answer = Awaited<ReturnType<typeof send>>;

function inspectHead({ statusCode, headers }: Answer, url: URL): TransportError | null {
  if (statusCode >= 300 && statusCode < 400 && statusCode !== 304) {
    const given = Array.isArray(headers.location) ? headers.location[0] : headers.location;
    const target = given !== undefined && URL.canParse(given, url) ? new URL(given, url) : null;
    const where = !target || target.origin === url.origin ? "another page" : target.origin;
    return new TransportError(
      "redirected",
      `${url.host} sends us on to ${where}, which Forgepass does not follow. Register the address where it answers.`,
      target?.href ?? null,
    );
  }
  const encoding = String(headers["content-encoding"] ?? "identity");
  if (encoding.trim().toLowerCase() !== "identity" && encoding.trim() !== "") {
    return new TransportError("unexpected", `${url.host} sent a packed answer though asked not to. Check the address.`);
  }
  if (statusCode < 200 || statusCode > 599) {
    return new TransportError("unexpected", `${url.host} answered with a status that HTTP does not have.`);
  }
  return null;
}

function asResponse(answer: Answer, bytes: ArrayBuffer, url: URL): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  const hasBody = ![204, 205, 304].includes(answer.statusCode);
  const response = new Response(hasBody ? bytes : null, { status: answer.statusCode, headers });
  // A made Response has no URL, and the client libraries report it.
  return Object.defineProperty(response, "url", { value: url.href });
}
