import { quoteHost } from "../hosts/host-said";
import { formatAddress } from "../hosts/ssh/address";
import type { MailServer } from "./smtp";

/**
 * Why a mail did not go, in a sentence that says what to do. What the server said is quoted without the password, in
 * case it echoes what it was sent.
 */
export class MailError extends Error {
  override readonly name = "MailError";
  constructor(
    /** Whom it concerns: everything through this server, or this one recipient. */
    readonly concerns: "server" | "recipient",
    /** refused: the mail has surely not gone. unknown: the connection ended after it was handed over. */
    readonly outcome: "refused" | "unknown",
    message: string,
    readonly serverSaid: string | null,
  ) {
    super(message);
  }
}

/** How far it came: signing in, naming sender and recipient, or the mail itself was on its way. */
export type Stage = "opening" | "envelope" | "handed over";

export function describeSmtpError(error: unknown, server: MailServer, stage: Stage): MailError {
  const told = read(error);
  const words = told.response?.replace(/^\d{3}[ -]?/gm, "") ?? null;
  const said = quoteHost(words, ...(server.password ? [server.password] : []));
  const isAnswer = told.responseCode !== null;
  const isRecipients =
    isAnswer && told.responseCode !== 421 && stage !== "opening" && !told.command?.startsWith("MAIL");
  return new MailError(
    isRecipients ? "recipient" : "server",
    stage === "handed over" && !isAnswer ? "unknown" : "refused",
    sentenceFor(told, server, stage),
    said,
  );
}

interface Told {
  code: string | null;
  /** What Node said, where the client library has put its own code. */
  cause: string | null;
  command: string | null;
  response: string | null;
  responseCode: number | null;
}

function read(error: unknown): Told {
  const given = (typeof error === "object" && error !== null ? error : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof given[name] === "string" ? given[name] : null);
  return {
    code: text("code"),
    cause: text("originalCode") ?? text("code"),
    command: text("command"),
    response: text("response"),
    responseCode: typeof given.responseCode === "number" ? given.responseCode : null,
  };
}

const untrusted = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|CRL_|ERROR_IN_CERT)/;

function sentenceFor(told: Told, server: MailServer, stage: Stage): string {
  const shown = formatAddress(server);
  const { code, command, responseCode } = told;
  const cause = told.cause ?? "";
  if (/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/.test(cause)) {
    return `The certificate of ${shown} is not valid today. It has to be renewed there.`;
  }
  if (/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/.test(cause)) {
    return `The certificate of ${shown} is for another name. Enter the name that is in it.`;
  }
  if (untrusted.test(cause)) {
    return `The certificate of ${shown} is not trusted. If it is your own, start Forgepass with NODE_EXTRA_CA_CERTS set to the file of its CA certificate.`;
  }
  if (/^(EPROTO$|ERR_SSL_|ERR_TLS_)/.test(cause)) {
    return `${shown} does not speak TLS there. Choose STARTTLS, or another port.`;
  }
  if (command === "STARTTLS" || code === "ETLS") {
    return `${shown} does not offer encryption with STARTTLS. Choose TLS, or another port.`;
  }
  if (code === "EAUTH") return loginSentence(shown, responseCode);
  if (code === "ETIMEDOUT" && stage !== "handed over") {
    return `${shown} did not answer in time. Check the address, the port and the encryption.`;
  }
  if (code === "EPROTOCOL") return `${shown} does not answer as a mail server does. Check the address and the port.`;
  if (responseCode !== null) return refusalSentence(shown, command ?? "", responseCode);
  if (stage === "handed over")
    return `${shown} took the mail and did not say what becomes of it. It may have been sent.`;
  return `${shown} ended the connection. Check the address, the port and the encryption.`;
}

function loginSentence(shown: string, responseCode: number | null): string {
  if (responseCode === 530 || responseCode === 538) return `${shown} wants encryption before it lets anybody sign in.`;
  if (responseCode !== null && responseCode < 500) return `${shown} cannot check the login now. Try again later.`;
  return `${shown} refused the login. Check the user name and the password.`;
}

function refusalSentence(shown: string, command: string, responseCode: number): string {
  const isLater = responseCode < 500 ? " for now" : "";
  if (command.startsWith("MAIL")) {
    return `${shown} does not take mail from this address${isLater}. Check the sender's address, and whether it wants a login.`;
  }
  if (command.startsWith("RCPT")) return `${shown} does not take mail for this recipient${isLater}.`;
  return `${shown} refused it${isLater}. Look at what it said.`;
}
