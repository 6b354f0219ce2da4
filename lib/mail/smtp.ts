import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { dial } from "../hosts/dial";
import { quoteHost } from "../hosts/host-said";
import { type Lookup, TransportError } from "../hosts/http";
import type { Secret } from "../secret";
import { describeSmtpError, MailError } from "./mail-error";

/**
 * The one way to a mail server: over a connection whose address is judged as every code host's is, under deadlines, and
 * with the certificate checked unless the admin chose no encryption. Nothing is sent in the clear where it was not chosen.
 */
export type Security = "tls" | "starttls" | "none";

export interface MailServer {
  host: string;
  port: number;
  security: Security;
  /** Empty: no login. */
  username: string;
  password: Secret | null;
}

export interface Mail {
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
}

export interface SessionOptions {
  /** CIDR networks that are allowed though not public. Cloud metadata addresses never are. */
  allowedNetworks: readonly string[];
  /** How the portal calls itself to the server: a host name. */
  name: string;
  /** For connecting, encrypting and signing in together, and again for each mail. Default 10 000. */
  deadlineMs?: number;
  /** Ends everything, whatever is left of the deadlines. */
  total?: AbortSignal;
  /** Tests only: PEM, trusted besides the system's; and answers instead of DNS. */
  caCertificate?: string;
  lookup?: Lookup;
}

export interface MailSession {
  /** @returns what the server said when it took the mail. Throws MailError. */
  send(mail: Mail): Promise<string | null>;
  close(): void;
}

interface Session {
  server: MailServer;
  connection: SMTPConnection;
  deadline: () => AbortSignal;
}

/** Connects, encrypts and signs in. Throws MailError. */
export async function openSession(server: MailServer, options: SessionOptions): Promise<MailSession> {
  const { deadlineMs = 10_000, total, allowedNetworks, lookup } = options;
  const limited = () => AbortSignal.any([AbortSignal.timeout(deadlineMs), ...(total ? [total] : [])]);
  const deadline = limited();
  const socket = await dial(server, { allowedNetworks, lookup }, deadline).catch((error: unknown) => {
    const sentence = error instanceof TransportError ? error.message : "The mail server cannot be reached.";
    throw new MailError("server", "refused", sentence, null);
  });
  const connection = new SMTPConnection({
    connection: socket,
    host: server.host,
    port: server.port,
    secure: server.security === "tls",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    name: options.name,
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    socketCloseTimeout: 500,
    maxResponseSize: 65_536,
    ...(options.caCertificate ? { tls: { ca: options.caCertificate } } : {}),
  });
  // Stays: an emitter without a listener for its errors ends the process.
  connection.on("error", () => {});
  const session = { server, connection, deadline: limited };
  try {
    await within(session, deadline, (done) => {
      connection.once("error", done);
      connection.connect((error) => done(error));
    });
    const { username, password } = server;
    if (password) {
      await within(session, deadline, (done) => {
        connection.once("error", done);
        connection.login({ user: username, pass: password.reveal() }, (error) => done(error));
      });
    }
  } catch (error) {
    connection.close();
    throw describeSmtpError(error, server, "opening");
  }
  return { send: (mail) => send(session, mail), close: () => connection.quit() };
}

async function send(session: Session, mail: Mail): Promise<string | null> {
  const { server, connection } = session;
  const composed = new MailComposer({
    from: { name: "Forgepass", address: mail.from },
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composed.compile().createReadStream();
  let response: string | null = null;
  try {
    await within(session, session.deadline(), (done) => {
      connection.send({ from: mail.from, to: [mail.to] }, message, (error, info) => {
        response = quoteHost(info?.response, ...(server.password ? [server.password] : []));
        done(error);
      });
    });
  } catch (error) {
    const told = describeSmtpError(error, server, message.readableDidRead ? "handed over" : "envelope");
    if (told.concerns === "recipient") await startOver(session);
    throw told;
  }
  return response;
}

/** After a refused recipient the next mail begins anew. Where even that is refused, the next mail will tell. */
async function startOver(session: Session): Promise<void> {
  const { connection } = session;
  await within(session, session.deadline(), (done) => connection.reset((error) => done(error))).catch(() => {});
}

/** Ends the connection when the deadline comes first. */
async function within(
  { connection }: Session,
  deadline: AbortSignal,
  start: (done: (error?: unknown) => void) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const giveUp = () => {
      reject(Object.assign(new Error("deadline"), { code: "ETIMEDOUT" }));
      connection.close();
    };
    if (deadline.aborted) return giveUp();
    deadline.addEventListener("abort", giveUp, { once: true });
    start((error) => {
      deadline.removeEventListener("abort", giveUp);
      if (error) reject(error);
      else resolve();
    });
  });
}
