import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { clientAddress } from "./client-address";

/**
 * What every request passes before anything else sees it. Host and forwarding headers say what the settings say, not
 * what the client says; nobody outside can set a header that the portal or Next believes; whatever changes something
 * proves that it comes from the portal's own pages; and every answer, errors included, carries the security headers.
 */
export interface GuardSettings {
  /** Origin that people open. */
  publicUrl: string;
  /** CIDR networks of reverse proxies. */
  trustedProxies: string[];
  /** Development: Next's hot reload evaluates code and injects styles. */
  isDevelopment: boolean;
}

export const maxBodyBytes = 1024 * 1024;
/** Of a server action; the same as Next's limit in next.config.js, which answers 500 beyond it. */
export const maxActionBytes = 256 * 1024;

/** Headers that Next or the portal itself takes for its own. */
const internal =
  /^(content-security-policy|x-content-security-policy|x-webkit-csp|x-middleware-|x-invoke-|x-forgepass-|x-forwarded-|x-nonce$|x-matched-path$|x-now-route-matches$|forwarded$|x-real-ip$)/;

/** Prepares the request in place. False: it was refused, and the answer has been sent. */
export function guard(settings: GuardSettings, request: IncomingMessage, response: ServerResponse): boolean {
  request.url = pathOf(request.url ?? "/");
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, settings);
  secureAnswer(settings, request, response, policy);
  rewriteHeaders(settings, request, policy);
  const refusal = refuse(settings.publicUrl, request.method ?? "", request.headers);
  if (refusal) {
    answer(response, refusal);
    return false;
  }
  limitBody(request, response);
  return true;
}

/** HTTP lets a client name a whole address; what it names besides the path would end up in redirects. */
function pathOf(target: string): string {
  if (target.startsWith("/")) return target;
  const url = URL.canParse(target) ? new URL(target) : null;
  return url?.pathname.startsWith("/") ? url.pathname + url.search : "/";
}

export interface Refusal {
  status: number;
  code: string;
  message: string;
}

/** One JSON answer. The connection of a refused upload is closed rather than read to its end. */
export function answer(response: ServerResponse, { status, code, message }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ error: { code, message } });
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    ...(status === 413 ? { connection: "close" } : {}),
  });
  response.end(body);
}

function refuse(publicUrl: string, method: string, headers: IncomingHttpHeaders): Refusal | null {
  if (Number(headers["content-length"] ?? 0) > maxBytes(headers)) return tooLarge;
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return null;
  const isSameOrigin =
    headers.origin === undefined ? headers["sec-fetch-site"] === "same-origin" : headers.origin === publicUrl;
  if (!isSameOrigin) {
    return {
      status: 403,
      code: "forbidden",
      message: `This was not sent from a page of the portal. Open it at ${publicUrl} and try again.`,
    };
  }
  // Next would print what is no id into the log.
  if (!/^[0-9a-f]{1,64}$/.test(String(headers["next-action"] ?? "0"))) {
    return { status: 400, code: "invalid-input", message: "There is no such action. Reload the page and try again." };
  }
  // A form on another site can send text/plain without asking first; Next's own calls say so in a header it cannot set.
  if (/^\s*text\/plain\b/i.test(headers["content-type"] ?? "") && headers["next-action"] === undefined) {
    return { status: 403, code: "forbidden", message: "Send JSON." };
  }
  return null;
}

const tooLarge: Refusal = { status: 413, code: "too-large", message: "This is too much at once. Send less." };

function maxBytes(headers: IncomingHttpHeaders): number {
  return headers["next-action"] === undefined ? maxBodyBytes : maxActionBytes;
}

function limitBody(request: IncomingMessage, response: ServerResponse): void {
  const push = request.push.bind(request);
  const limit = maxBytes(request.headers);
  let received = 0;
  request.push = (chunk: Buffer | null, encoding) => {
    received += chunk?.length ?? 0;
    if (received <= limit) return push(chunk, encoding);
    if (!request.destroyed) {
      answer(response, tooLarge);
      response.once("close", () => request.destroy());
    }
    return false;
  };
}

function rewriteHeaders({ publicUrl, trustedProxies }: GuardSettings, request: IncomingMessage, policy: string): void {
  const { headers } = request;
  const forwardedFor = headers["x-forwarded-for"];
  const address = clientAddress(request.socket.remoteAddress, String(forwardedFor ?? ""), trustedProxies);
  for (const name of Object.keys(headers)) {
    if (internal.test(name)) delete headers[name];
  }
  const { host, protocol, port } = new URL(publicUrl);
  headers.host = host;
  headers["x-forwarded-host"] = host;
  headers["x-forwarded-proto"] = protocol.slice(0, -1);
  headers["x-forwarded-port"] = port || (protocol === "https:" ? "443" : "80");
  // Next takes the nonce for its own scripts from here.
  headers["content-security-policy"] = policy;
  headers["x-forgepass-path"] = request.url ?? "/";
  if (address) {
    headers["x-forwarded-for"] = address;
    headers["x-forgepass-ip"] = address;
  }
}

function contentSecurityPolicy(nonce: string, { publicUrl, isDevelopment }: GuardSettings): string {
  const sources = {
    "default-src": "'none'",
    "script-src": `'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    "style-src": isDevelopment ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": isDevelopment ? `'self' ${publicUrl.replace(/^http/, "ws")}` : "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
  };
  return Object.entries(sources)
    .map(([directive, source]) => `${directive} ${source}`)
    .join("; ");
}

/** Set at the last moment, so that no page or route handler can leave them out or say otherwise. */
function secureAnswer(
  { publicUrl }: GuardSettings,
  request: IncomingMessage,
  response: ServerResponse,
  policy: string,
): void {
  const isImmutable = request.url?.startsWith("/_next/static/");
  const writeHead = response.writeHead;
  response.writeHead = function (this: ServerResponse, ...given: unknown[]) {
    // Headers given here would win over those set before.
    for (const [name, value] of given.splice(1).flatMap(pairs)) this.setHeader(name, value);
    this.setHeader("content-security-policy", policy);
    this.setHeader("x-frame-options", "DENY");
    this.setHeader("x-content-type-options", "nosniff");
    this.setHeader("referrer-policy", "no-referrer");
    this.setHeader("cross-origin-opener-policy", "same-origin");
    this.setHeader("cross-origin-resource-policy", "same-origin");
    this.setHeader("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if (publicUrl.startsWith("https:")) this.setHeader("strict-transport-security", "max-age=31536000");
    if (!isImmutable || Number(given[0]) >= 400) this.setHeader("cache-control", "no-store");
    return writeHead.apply(this, given as [number]);
  } as typeof writeHead;
}

/** writeHead takes a reason, an object, or names and values in turn. */
function pairs(given: unknown): [string, string | string[]][] {
  if (Array.isArray(given)) return given.flatMap((name, at) => (at % 2 === 0 ? [[name, given[at + 1]]] : []));
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given).filter(([, value]) => value !== undefined);
}
