import type { AddressInfo } from "node:net";
import ssh2 from "ssh2";
import { makeKeyPair } from "../../lib/hosts/ssh/key-pair";
import { parsePublicKey } from "../../lib/hosts/ssh/public-key";
import { onFixedPort } from "./ports";

/**
 * The SSH server of a simulated code host: whoever proves to have a key that the host knows is let in, and nothing runs
 * there. It is enough for host keys to be confirmed and keys to be checked; no repository can be cloned.
 */
export interface SshServer {
  /** As an admin types it. */
  sshAddress: string;
  close(): Promise<void>;
}

/** @param keys public keys, one line each, as they are now */
export async function startSshServer(index: number, keys: () => readonly string[]): Promise<SshServer> {
  const hostKey = await makeKeyPair("ed25519", "host");
  const isKnown = (blob: string) => keys().some((line) => parsePublicKey(line)?.blob === blob);
  const server = new ssh2.Server({ hostKeys: [hostKey.privateKey.reveal()] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (attempt) => {
      if (attempt.method !== "publickey" || !isKnown(attempt.key.data.toString("base64"))) {
        attempt.reject(["publickey"]);
        return;
      }
      // Without a signature it only asks whether this key would do.
      const { signature, blob, hashAlgo } = attempt;
      const key = ssh2.utils.parseKey(attempt.key.data);
      const isProven = !(key instanceof Error) && blob && signature && key.verify(blob, signature, hashAlgo) === true;
      if (!signature || isProven) attempt.accept();
      else attempt.reject(["publickey"]);
    });
    client.on("ready", () => client.end());
  });
  await onFixedPort(index, (port) => {
    return new Promise<void>((done, failed) => {
      server.once("error", failed);
      server.listen(port, "127.0.0.1", () => done());
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    sshAddress: `git@127.0.0.1:${port}`,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}
