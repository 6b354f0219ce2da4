import ssh2, { type ConnectConfig } from "ssh2";
import { type DialOptions, dial } from "../dial";
import { asTransportError, findTransportError, timedOut } from "../transport-error";
import { formatAddress, type SshAddress } from "./address";

/**
 * One SSH connection for one question, within a deadline and a size. It shows the server's host key to `judgeHostKey`
 * before anything but the key exchange is sent, opens no channel, runs no command, and never throws. What the server
 * says in words is not repeated.
 */
export interface SshRefusal {
  ok: false;
  reason: "unreachable" | "unexpected";
  /** One sentence: what it means and what to do. */
  message: string;
}

export interface Handshake<T> {
  /** In order of preference. */
  hostKeyAlgorithms: readonly string[];
  /** A host key as the server showed it, not yet proven to be its own. An answer ends the connection on the spot. */
  judgeHostKey(blob: Buffer): T | null;
  /** The server has proven that the host key is its own. An answer ends the connection before anything else is sent. */
  onProven(): T | null;
  /** How to sign in when `onProven` did not answer; null: never. */
  signIn: SignIn<T> | null;
  /** When both sides have no host key algorithm in common. */
  onNoHostKey: T | null;
}

export interface SignIn<T> {
  user: string;
  /** OpenSSH's text of the private key. */
  privateKey: string;
  /** Signed in. */
  onAccepted(): T;
  /**
   * The key was refused. `methods`: what the server takes instead; null: it was not asked, having no signature in common
   * with us. `isPartial`: taken, but something more is asked for.
   */
  onRefused(methods: readonly string[] | null, isPartial: boolean): T;
}

/** Those whose worst case still is a few milliseconds of work for us. */
const KEX = [
  "curve25519-sha256",
  "curve25519-sha256@libssh.org",
  "ecdh-sha2-nistp256",
  "ecdh-sha2-nistp384",
  "ecdh-sha2-nistp521",
  "diffie-hellman-group14-sha256",
  "diffie-hellman-group16-sha512",
];
const MAX_BYTES = 256 * 1024;

export async function shakeHands<T>(
  address: SshAddress,
  asked: Handshake<T>,
  options: DialOptions & { deadline: AbortSignal },
): Promise<{ ok: true; answer: T } | SshRefusal> {
  const shown = formatAddress(address);
  let socket: Awaited<ReturnType<typeof dial>>;
  try {
    socket = await dial(address, options, options.deadline);
  } catch (error) {
    return refuse("unreachable", findTransportError(error)?.message ?? timedOut(shown).message);
  }
  const client = new ssh2.Client();
  return await new Promise((resolve) => {
    const settle = (outcome: { ok: true; answer: T } | SshRefusal) => {
      options.deadline.removeEventListener("abort", expire);
      // At once: what ssh2 would still like to send, it finds no socket for.
      socket.destroy();
      resolve(outcome);
    };
    const answer = (value: T | null) => {
      if (value !== null) settle({ ok: true, answer: value });
    };
    const expire = () => settle(refuse("unreachable", timedOut(shown).message));
    const tooMuch = () => {
      if (socket.bytesRead > MAX_BYTES) settle(refuse("unexpected", `${shown} sent more than an SSH server would.`));
    };
    options.deadline.addEventListener("abort", expire, { once: true });
    if (options.deadline.aborted) return expire();

    // Stays for good: errors come after the end as well.
    client.on("error", (error: Error & { level?: string }) => {
      const isMismatch = /no matching (server )?host key/i.test(error.message);
      if (isMismatch && asked.onNoHostKey !== null) answer(asked.onNoHostKey);
      else settle(translate(error, shown));
    });
    client.on("close", () => settle(refuse("unreachable", `${shown} closed the connection. Try again later.`)));
    client.on("handshake", () => answer(asked.onProven()));
    client.on("ready", () => answer(asked.signIn?.onAccepted() ?? null));
    const judge = (blob: Buffer) => {
      const verdict = asked.judgeHostKey(blob);
      answer(verdict);
      return verdict === null;
    };
    try {
      client.connect(config(asked, socket, judge, answer));
      socket.on("data", tooMuch);
    } catch {
      settle(refuse("unexpected", `${shown} cannot be asked over SSH. Check the address.`));
    }
  });
}

function config<T>(
  { hostKeyAlgorithms, signIn }: Handshake<T>,
  sock: ConnectConfig["sock"],
  hostVerifier: (blob: Buffer) => boolean,
  answer: (value: T | null) => void,
): ConnectConfig {
  let isTried = false;
  return {
    sock,
    ident: "forgepass",
    username: signIn?.user ?? "nobody",
    hostVerifier,
    // Our deadline is for all of it together.
    readyTimeout: 0,
    algorithms: {
      kex: KEX as NonNullable<ConnectConfig["algorithms"]>["kex"],
      serverHostKey: [...hostKeyAlgorithms] as NonNullable<ConnectConfig["algorithms"]>["serverHostKey"],
    },
    authHandler: (methods, isPartial, next) => {
      if (!signIn) return next(false as never);
      if (!isTried) {
        isTried = true;
        return next({ type: "publickey", username: signIn.user, key: signIn.privateKey });
      }
      answer(signIn.onRefused(methods, isPartial === true));
      next(false as never);
    },
  };
}

function translate(error: Error & { level?: string }, shown: string): SshRefusal {
  if (error.level === "client-socket") return refuse("unreachable", asTransportError(error, shown).message);
  if (/^Connection lost before handshake/.test(error.message)) {
    return refuse("unreachable", `${shown} closed the connection. Try again later.`);
  }
  if (/no matching/i.test(error.message)) {
    return refuse("unexpected", `${shown} offers only outdated ways to connect. Its SSH server has to be updated.`);
  }
  if (/identification|greeting|packet|header|length/i.test(error.message)) {
    return refuse("unexpected", `${shown} does not speak SSH. Check the address and the port.`);
  }
  return refuse("unexpected", `${shown} broke off the SSH connection. Try again later.`);
}

function refuse(reason: SshRefusal["reason"], message: string): SshRefusal {
  return { ok: false, reason, message };
}
