import ssh2 from "ssh2";
import { Secret } from "../../secret";
import { parsePublicKey } from "./public-key";

/**
 * Fresh key pairs. The private part is in OpenSSH's own format, without a passphrase, and a Secret from its first line
 * on: what protects it at rest is the seal.
 */
export type KeyAlgorithm = "ed25519" | "rsa";

export interface KeyPair {
  algorithm: KeyAlgorithm;
  /** One line with its comment. */
  publicKey: string;
  fingerprint: string;
  privateKey: Secret;
}

const RSA_BITS = 4096;
const lengths = { ed25519: 51, rsa: 535 };

/** @param comment what the key is called where it is listed; what does not fit in one word becomes a dash */
export async function makeKeyPair(algorithm: KeyAlgorithm, comment: string): Promise<KeyPair> {
  const word = comment.replace(/[^\x21-\x7e]+/g, "-").slice(0, 100);
  for (;;) {
    const pair = await generate(algorithm, word);
    const publicKey = pair.public.trim();
    const parsed = parsePublicKey(publicKey);
    // ssh2 drops the zero bytes that one Ed25519 key in 256 begins with, and nobody could use such a key.
    if (!parsed || Buffer.from(parsed.blob, "base64").length !== lengths[algorithm]) continue;
    return { algorithm, publicKey, fingerprint: parsed.fingerprint, privateKey: new Secret(pair.private) };
  }
}

function generate(algorithm: KeyAlgorithm, comment: string): Promise<{ public: string; private: string }> {
  return new Promise((done, failed) => {
    const take = (error: Error | null, pair: { public: string; private: string }) => {
      if (error) failed(error);
      else done(pair);
    };
    if (algorithm === "rsa") ssh2.utils.generateKeyPair("rsa", { bits: RSA_BITS, comment }, take);
    else ssh2.utils.generateKeyPair("ed25519", { comment }, take);
  });
}
