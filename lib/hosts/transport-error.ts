import type { Refusal } from "./adapter";

/**
 * Why nothing usable came back from a code host. The message is a sentence for people that names the host and what to
 * do; it never holds a header, a body or a token.
 */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly reason: TransportFailure;
  /** Where a redirect points, absolute, as the host gave it; else null. */
  readonly location: string | null;

  constructor(reason: TransportFailure, message: string, location: string | null = null) {
    super(message);
    this.reason = reason;
    this.location = location;
  }
}

export type TransportFailure =
  | "unreachable"
  | "redirected"
  | "blocked-address"
  | "too-large"
  | "timeout"
  | "tls"
  | "unexpected";

/** The TransportError in an error or its causes (the hosts' client libraries wrap what fetch throws), or null. */
export function findTransportError(error: unknown): TransportError | null {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error; depth++) {
    if (current instanceof TransportError) return current;
    current = current.cause;
  }
  return null;
}

/** What an adapter returns when its request threw. The words of an error that is not ours are not shown. */
export function asRefusal(error: unknown, hostName: string): Refusal {
  const failure = findTransportError(error);
  const refusal = { ok: false, hostSaid: null, url: null, retryAt: null } as const;
  switch (failure?.reason) {
    case "unreachable":
    case "timeout":
    case "blocked-address":
    case "tls":
      return { ...refusal, reason: "unreachable", message: failure.message };
    case "redirected":
      return { ...refusal, reason: "redirected", message: failure.message };
    case "too-large":
    case "unexpected":
      return { ...refusal, reason: "unexpected", message: failure.message };
    default:
      return {
        ...refusal,
        reason: "unexpected",
        message: `${hostName} answered something that Forgepass does not understand. Check its address and kind.`,
      };
  }
}

/** Translates what undici, DNS, TCP and TLS throw. */
export function asTransportError(error: unknown, host: string): TransportError {
  const known = findTransportError(error) ?? firstKnown(error);
  if (known) return known;
  if (error instanceof Error && /^(AbortError|TimeoutError)$/.test(error.name)) return timedOut(host);
  const codes = errorCodes(error);
  const has = (pattern: RegExp) => codes.some((code) => pattern.test(code));

  if (has(/^UND_ERR_RES_EXCEEDED_MAX_SIZE$/) || has(/^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)$/)) {
    return new TransportError("too-large", `${host} sent more than a code host would. Check the address.`);
  }
  if (has(/^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|UND_ERR_ABORTED|ETIMEDOUT)$/)) return timedOut(host);
  if (has(/^(ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME|ENODATA)$/)) {
    return new TransportError("unreachable", `The name ${host} cannot be found. Check the address.`);
  }
  if (has(/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|EHOSTDOWN|ENETDOWN)$/)) {
    return new TransportError("unreachable", `Nothing answers at ${host}. Check the address, or try again later.`);
  }
  if (has(/^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/)) {
    return new TransportError("tls", `The certificate of ${host} is not valid today. It has to be renewed there.`);
  }
  if (has(/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/)) {
    return new TransportError("tls", `The certificate of ${host} is for another name. Check the address.`);
  }
  if (has(/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|CRL_|ERROR_IN_CERT)/)) {
    return new TransportError(
      "tls",
      `The certificate of ${host} is not trusted. If it is your own, add its CA certificate to the code host.`,
    );
  }
  if (has(/^(EPROTO|ERR_SSL_|ERR_TLS_)/)) {
    return new TransportError("tls", `${host} does not speak HTTPS there. Check the address and the port.`);
  }
  if (has(/^(HPE_|UND_ERR_RES_CONTENT_LENGTH)/)) {
    return new TransportError("unexpected", `${host} does not answer in proper HTTP. Check the address and the port.`);
  }
  if (has(/^(UND_ERR_SOCKET|ECONNRESET|EPIPE|UND_ERR_(CLOSED|DESTROYED))$/)) {
    return new TransportError("unreachable", `${host} closed the connection. Try again later.`);
  }
  return new TransportError("unexpected", `The request to ${host} failed in an unknown way. Try again later.`);
}

export function timedOut(host: string): TransportError {
  return new TransportError("timeout", `${host} did not answer in time. Try again later.`);
}

/** Node tries several addresses and collects what each said. */
function parts(error: unknown): unknown[] {
  return error instanceof AggregateError ? [error, ...error.errors] : [error];
}

function firstKnown(error: unknown): TransportError | null {
  return parts(error).map(findTransportError).find(Boolean) ?? null;
}

function errorCodes(error: unknown): string[] {
  const codes: string[] = [];
  for (const part of parts(error)) {
    for (let current = part, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth++) {
      const { code } = current as { code?: unknown };
      if (typeof code === "string") codes.push(code);
    }
  }
  return codes;
}
