import { createHash } from "node:crypto";
import type {
  Account,
  AddedSshKey,
  Connection,
  Entered,
  HostSshKey,
  NewSshKey,
  Refusal,
  SshKeyApi,
  SshKeyList,
  SshSupport,
} from "../adapter";
import { keysPage, placeOf } from "./base-url";
import { noAnswer, openClient } from "./client";
import { publishedFingerprints } from "./fingerprints";
import { quote, refuse, refuseThrown } from "./refusals";

/**
 * SSH keys for CodeCommit are an IAM user's: RSA only, 2048 bits at least, five at most, and the key's own id is the
 * user name (IAM API reference, UploadSSHPublicKey; CodeCommit guide, troubleshooting SSH). Roles have none.
 */
const keys: SshKeyApi = {
  // IAM's permissions for it are not CodeCommit's, and are not asked for.
  needs: [],
  notFor: [],
  list: listKeys,
  add: addKey,
  remove: removeKey,
};

export const awsSsh: SshSupport = {
  algorithm: "rsa",
  endpoint: (baseUrl) => ({ user: null, host: new URL(placeOf(baseUrl).git).hostname, port: 22 }),
  published: publishedFingerprints,
  guide: ({ baseUrl }) => ({
    steps: [
      "Open your security credentials in the AWS console, signed in as the IAM user of the access key.",
      "Under SSH public keys for AWS CodeCommit, choose Upload SSH public key. A user may have five.",
      "Paste the public key and upload it. AWS takes RSA keys only.",
      "Copy the SSH key ID, which begins with APKA: it is the user name for Git over SSH.",
    ],
    page: keysPage(placeOf(baseUrl)),
  }),
  keys,
  signing: "none",
};

/** Keys that are switched off do not open anything, and are left out. */
async function listKeys(host: Connection, entered: Entered, account: Account): Promise<SshKeyList> {
  const client = openClient(host, entered);
  const roleless = refuseRole(account);
  if (roleless) return roleless;
  try {
    const listed = await client.sshKeys(account.login);
    if (listed.kind !== "answered") return refuseKeys(listed);
    const active = (listed.output.SSHPublicKeys ?? []).filter(({ Status }) => Status === "Active");
    const found = await Promise.all(
      active.map(({ SSHPublicKeyId }) => client.sshKey(account.login, SSHPublicKeyId ?? "")),
    );
    const own: HostSshKey[] = [];
    for (const answer of found) {
      // Removed between the two questions.
      if (answer.kind === "refused" && /^NoSuchEntity/.test(answer.code)) continue;
      if (answer.kind !== "answered") return refuseKeys(answer);
      const { SSHPublicKeyId: id, SSHPublicKeyBody: body } = answer.output.SSHPublicKey ?? {};
      const fingerprint = fingerprintOf(body ?? "");
      if (id && /^\w{16,128}$/.test(id) && fingerprint) own.push({ id, fingerprint, user: id });
    }
    return { ok: true, keys: own };
  } catch (error) {
    return refuseThrown(error, client.place);
  }

  function refuseKeys(answer: Parameters<typeof refuse>[0]): Refusal {
    return explain(refuse(answer, client.place, entered), "iam:ListSSHPublicKeys and iam:GetSSHPublicKey");
  }
}

async function addKey(host: Connection, entered: Entered, account: Account, key: NewSshKey): Promise<AddedSshKey> {
  const client = openClient(host, entered);
  const roleless = refuseRole(account);
  if (roleless) return roleless;
  // IAM keeps no comment, and takes no letters beyond Latin-1.
  const body = key.publicKey.trim().split(/\s+/).slice(0, 2).join(" ");
  try {
    const answer = await client.addSshKey(account.login, body);
    if (answer.kind === "answered") {
      const id = answer.output.SSHPublicKey?.SSHPublicKeyId ?? "";
      if (/^\w{16,128}$/.test(id)) return { ok: true, id, user: id };
      return refuse({ kind: "unintelligible", raw: noAnswer }, client.place, entered);
    }
    const refusal = refuse(answer, client.place, entered);
    const hostSaid = answer.kind === "refused" ? quote(answer.message, entered) : null;
    switch (answer.kind === "refused" ? answer.code.replace(/Exception$/, "") : "") {
      case "DuplicateSSHPublicKey":
        return { ok: false, reason: "duplicate", message: "AWS has this key already, for this user.", hostSaid };
      case "LimitExceeded":
        return {
          ...refusal,
          message: "This user has five SSH keys, and AWS allows no more. Delete one there, then try again.",
        };
      case "InvalidPublicKey":
      case "UnrecognizedPublicKeyEncoding":
        return { ...refusal, message: "AWS takes RSA keys of 2048 bits and more only. Make a new key pair." };
      case "NoSuchEntity":
        return { ...refusal, message: `AWS has no user ${account.login}. Check the credential again.` };
      default:
        return explain(refusal, "iam:UploadSSHPublicKey");
    }
  } catch (error) {
    return refuseThrown(error, client.place);
  }
}

async function removeKey(
  host: Connection,
  entered: Entered,
  account: Account,
  id: string,
): Promise<{ ok: true } | Refusal> {
  const client = openClient(host, entered);
  try {
    const answer = await client.removeSshKey(account.login, id);
    if (answer.kind === "answered") return { ok: true };
    if (answer.kind === "refused" && /^NoSuchEntity/.test(answer.code)) return { ok: true };
    return explain(refuse(answer, client.place, entered), "iam:DeleteSSHPublicKey");
  } catch (error) {
    return refuseThrown(error, client.place);
  }
}

function explain(refusal: Refusal, permission: string): Refusal {
  if (refusal.reason !== "insufficient-scope") return refusal;
  return {
    ...refusal,
    message: `This key may not do that. Allow its user ${permission} on itself, or do it in the console.`,
  };
}

/** Only users have SSH keys; a role's login has its session behind a slash. */
function refuseRole({ login }: Account): Refusal | null {
  if (!login.includes("/")) return null;
  const message = "A role has no SSH keys in AWS. Use the access key of an IAM user.";
  return { ok: false, reason: "insufficient-scope", message, hostSaid: null, url: null, retryAt: null };
}

/** As OpenSSH writes it; AWS itself tells MD5. */
function fingerprintOf(body: string): string | null {
  const base64 = /^ssh-rsa ([A-Za-z0-9+/]+={0,2})(\s|$)/.exec(body.trim())?.[1];
  if (base64 === undefined) return null;
  const digest = createHash("sha256").update(Buffer.from(base64, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}
