import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { serverCertificate, serverKey } from "../hosts/tls-fixture";

/** A real mail server on this machine that keeps what it takes, for tests. */
export interface Received {
  from: string;
  to: string[];
  /** As it came, dots unstuffed. */
  raw: string;
  /** Names in lower case, unfolded. */
  headers: Record<string, string>;
  text: string;
  html: string;
  isEncrypted: boolean;
}

export interface TestMailServer {
  port: number;
  received: Received[];
  /** Who tried to sign in with what. */
  logins: { username: string; password: string }[];
  /** Answers to recipients, by address: an SMTP status and words. */
  refusals: Map<string, { code: number; words: string }>;
  /** What is done with the next mails: nothing, a refusal, or the line is cut after the mail was read. */
  mood: "well" | "refuses" | "hangs up" | "silent";
  close(): Promise<void>;
}

export const mailLogin = { username: "portal", password: "correct horse mail" };

export async function startMailServer(options: SMTPServerOptions = {}): Promise<TestMailServer> {
  const state = { received: [], logins: [], refusals: new Map(), mood: "well" } as Omit<
    TestMailServer,
    "port" | "close"
  >;
  const server = new SMTPServer({
    cert: serverCertificate,
    key: serverKey,
    disabledCommands: ["STARTTLS"],
    authOptional: true,
    allowInsecureAuth: true,
    closeTimeout: 50,
    onAuth(given, _session, done) {
      const [username, password] = [given.username ?? "", given.password ?? ""];
      state.logins.push({ username, password });
      const isRight = username === mailLogin.username && password === mailLogin.password;
      done(isRight ? null : new Error(`Invalid login: ${password}`), isRight ? { user: username } : undefined);
    },
    onRcptTo({ address }, _session, done) {
      const refusal = state.refusals.get(address);
      done(refusal ? Object.assign(new Error(refusal.words), { responseCode: refusal.code }) : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (state.mood === "refuses") return done(Object.assign(new Error("Not today"), { responseCode: 554 }));
        const raw = Buffer.concat(chunks).toString("utf8");
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : "";
        state.received.push({
          ...read(raw),
          from,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure,
        });
        if (state.mood === "silent") return;
        if (state.mood === "hangs up") return cut();
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  const cut = () => {
    for (const connection of (server as unknown as { connections: Set<{ _socket: { destroy(): void } }> })
      .connections) {
      connection._socket.destroy();
    }
  };
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((done) => server.close(() => done()));
  return Object.assign(state, { port, close });
}

function read(raw: string): Pick<Received, "raw" | "headers" | "text" | "html"> {
  const { headers, body } = split(raw);
  const boundary = /boundary="([^"]+)"/.exec(headers["content-type"] ?? "")?.[1];
  const parts = boundary
    ? body
        .split(`--${boundary}`)
        .slice(1, -1)
        .map((part) => split(part.trimStart().replace(/\r\n$/, "")))
    : [];
  const part = (type: string) => {
    const found = parts.find(({ headers }) => headers["content-type"]?.startsWith(type));
    return found ? decode(found.body, found.headers["content-transfer-encoding"] ?? "7bit") : "";
  };
  return { raw, headers, text: part("text/plain"), html: part("text/html") };
}

function split(raw: string): { headers: Record<string, string>; body: string } {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { headers: Object.fromEntries(headers), body: raw.slice(end + 4) };
}

function decode(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return body.replaceAll("\r\n", "\n");
  const bytes = body
    .replace(/=\r\n/g, "")
    .replaceAll("\r\n", "\n")
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
