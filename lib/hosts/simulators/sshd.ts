import { execFile, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * A real OpenSSH server on loopback, as whoever runs the tests: it takes the keys that it was told, and runs git's own
 * commands and nothing else. Keys and host keys count from the next connection on.
 */
export interface Sshd {
  host: "127.0.0.1";
  port: number;
  user: string;
  /** An empty folder for repositories; their absolute path is what comes behind the host in an ssh:// address. */
  folder: string;
  /** The public host keys, one line each. */
  hostKeys(): string[];
  /** From now on exactly these public keys may sign in. */
  authorise(publicKeys: readonly string[]): void;
  /** New host keys, as after a reinstallation or with somebody in between. */
  replaceHostKeys(kinds?: readonly HostKeyKind[]): Promise<void>;
  /** More of its configuration, in front of the rest. */
  configure(lines: string): void;
  connections(): number;
  /** What it wrote to its log. */
  log(): string;
  close(): Promise<void>;
}

export type HostKeyKind = "ed25519" | "ecdsa" | "rsa";

const usual = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd"];
const run = promisify(execFile);

export async function startSshd(kinds: readonly HostKeyKind[] = ["ed25519", "ecdsa", "rsa"]): Promise<Sshd> {
  const program = usual.find((path) => existsSync(path));
  if (!program)
    throw new Error("These tests need an OpenSSH server: npm test installs one, or install openssh-server.");
  // Where a server that root starts goes to before anybody has signed in.
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const base = mkdtempSync(join(tmpdir(), "forgepass-sshd-"));
  const folder = join(base, "repositories");
  const file = (name: string) => join(base, name);
  mkdirSync(folder);
  writeFileSync(file("log"), "");
  writeFileSync(file("authorized_keys"), "");
  writeFileSync(file("git-only"), '#!/bin/sh\nexec git shell -c "$SSH_ORIGINAL_COMMAND"\n');
  chmodSync(file("git-only"), 0o755);
  let hostKeyKinds: readonly HostKeyKind[] = [];
  let more = "";

  const writeConfig = () =>
    writeFileSync(
      file("config"),
      [
        more,
        ...hostKeyKinds.map((kind) => `HostKey ${file(`host_${kind}`)}`),
        `AuthorizedKeysFile ${file("authorized_keys")}`,
        `ForceCommand ${file("git-only")}`,
        "StrictModes no",
        "UsePAM no",
        "PermitRootLogin prohibit-password",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "DisableForwarding yes",
        "PermitTTY no",
        "PermitUserRC no",
        "LogLevel VERBOSE",
        "",
      ].join("\n"),
    );
  const replaceHostKeys = async (next: readonly HostKeyKind[] = kinds) => {
    await Promise.all(
      next.map(async (kind) => {
        for (const name of [`host_${kind}`, `host_${kind}.pub`]) rmSync(file(name), { force: true });
        const bits = kind === "rsa" ? ["-b", "3072"] : [];
        await run("ssh-keygen", ["-q", "-t", kind, ...bits, "-N", "", "-C", "host", "-f", file(`host_${kind}`)]);
      }),
    );
    hostKeyKinds = next;
    writeConfig();
  };
  await replaceHostKeys();

  let connections = 0;
  const children = new Set<ReturnType<typeof spawn>>();
  // A process of its own for each connection, as inetd would start it: no port to lose, nothing to restart.
  const server = createServer({ pauseOnConnect: true }, (socket: Socket) => {
    connections += 1;
    const child = spawn(program, ["-i", "-f", file("config"), "-E", file("log")], {
      stdio: [socket, socket, "ignore"],
    });
    children.add(child);
    child.once("close", () => children.delete(child));
    child.once("spawn", () => socket.destroy());
    socket.on("error", () => {});
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  return {
    host: "127.0.0.1",
    port: (server.address() as AddressInfo).port,
    user: userInfo().username,
    folder,
    hostKeys: () => hostKeyKinds.map((kind) => readFileSync(file(`host_${kind}.pub`), "utf8").trim()),
    authorise: (publicKeys) => writeFileSync(file("authorized_keys"), `${publicKeys.join("\n")}\n`),
    replaceHostKeys,
    configure(lines) {
      more = lines;
      writeConfig();
    },
    connections: () => connections,
    log: () => readFileSync(file("log"), "utf8"),
    async close() {
      await new Promise((done) => server.close(done));
      const ended = [...children].map((child) => new Promise((done) => child.once("close", done)));
      for (const child of children) child.kill("SIGTERM");
      await Promise.all(ended);
      rmSync(base, { recursive: true, force: true });
    },
  };
}
