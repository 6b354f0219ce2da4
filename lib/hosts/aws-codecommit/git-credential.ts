import { createHash, createHmac } from "node:crypto";
import { Secret } from "../../secret";
import type { Entered, GitCredential } from "../adapter";

/**
 * User name and password for git over HTTPS from an access key, computed here as AWS's own helpers do (aws codecommit
 * credential-helper, git-remote-codecommit): a signature of the repository's path, good for about 15 minutes.
 */
const lifetimeMs = 15 * 60_000;

/** @param region of the code host; the remote's own host and path are what is signed. */
export function signForGit(entered: Entered, remote: URL, region: string, at = new Date()): GitCredential {
  const keyId = entered.fields.accessKeyId ?? "";
  const session = entered.secrets.sessionToken;
  const time = at.toISOString().replace(/[-:]|\.\d+Z$/g, "");
  const scope = `${time.slice(0, 8)}/${region}/codecommit/aws4_request`;
  const path = remote.pathname.replace(/\/+$/, "");
  const canonical = `GIT\n${path}\n\nhost:${remote.host}\n\nhost\n`;
  const text = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(canonical).digest("hex")].join("\n");
  const key = scope
    .split("/")
    .reduce<Buffer>((parent, part) => hmac(parent, part), Buffer.from(`AWS4${entered.token.reveal()}`));
  return {
    username: session ? `${keyId}%${session.reveal()}` : keyId,
    password: new Secret(`${time}Z${hmac(key, text).toString("hex")}`),
    expiresAt: new Date(at.getTime() + lifetimeMs),
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
