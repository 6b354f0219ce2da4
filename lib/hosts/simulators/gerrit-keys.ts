import { json, notFound, plain } from "./gerrit-answers";
import type { GerritAccount, GerritSshKey, GerritState } from "./gerrit-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** Keys of an account (AddSshKey, DeleteSshKey): plain text in, a number of its own for each, no second copy of one. */
export function answerKeys(
  { options }: GerritState,
  request: SimulatorRequest,
  account: GerritAccount,
  seq: string | undefined,
): SimulatorResponse {
  const known = account.sshKeys.find((key) => String(key.seq) === seq);
  if (seq !== undefined) {
    if (!known) return notFound;
    if (request.method === "GET") return json(request, keyBody(known));
    if (request.method !== "DELETE") return plain(405, "Not implemented");
    account.sshKeys = account.sshKeys.filter((key) => key !== known);
    return { status: 204 };
  }
  if (request.method === "GET") return json(request, account.sshKeys.map(keyBody));
  if (request.method !== "POST") return plain(405, "Not implemented");
  // Anything else would be parsed as JSON.
  if (!/^text\/plain\b/.test(request.headers["content-type"] ?? "")) return plain(400, "Expected JSON object");
  if (request.body.trim() === "") return plain(400, "SSH public key missing");
  const parts = request.body.trim().split(/\s+/);
  if (!/^(ssh-|ecdsa-)/.test(parts[0] ?? "") || !/^AAAA[A-Za-z0-9+/=]{20,}$/.test(parts[1] ?? "")) {
    return plain(400, `Unsupported key type: ${parts[0]}`);
  }
  const publicKey = request.body.trim();
  const kept = account.sshKeys.find((key) => key.publicKey.split(" ")[1] === parts[1]);
  const key = kept ?? { seq: Math.max(0, ...account.sshKeys.map((row) => row.seq)) + 1, publicKey, valid: true };
  if (!kept) account.sshKeys.push(key);
  return json(request, keyBody(key), options.addKeyStatus ?? 201);
}

function keyBody({ seq, publicKey, valid }: GerritSshKey): object {
  const [algorithm = "", encoded = "", ...comment] = publicKey.split(" ");
  return { seq, ssh_public_key: publicKey, encoded_key: encoded, algorithm, comment: comment.join(" "), valid };
}
