import { createHash } from "node:crypto";
import { ok, page, readJson } from "./bitbucket-data-center-api";
import { failure, noSuchResource, notPermitted } from "./bitbucket-data-center-errors";
import type { Caller, DataCenterKey, DataCenterState } from "./bitbucket-data-center-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/**
 * What the simulator answers below /rest/ssh: a user's keys, and how the SSH server is set up. A key is on the system
 * once, whoever has it. The messages of refusals are our own, as no source gives them.
 */
export function answerSsh(
  state: DataCenterState,
  request: SimulatorRequest,
  route: string,
  caller: Caller | null,
  base: string,
): SimulatorResponse {
  if (!caller) return notPermitted;
  if (route === "/settings" && request.method === "GET") return ok(settings(base));
  const [, id] = /^\/keys(?:\/(\d+))?$/.exec(route) ?? [null, null];
  if (id === null) return noSuchResource;
  if (caller.user.type === "SERVICE" || (caller.token && !state.options.tokensAddKeys)) return notPermitted;

  const own = state.keys.filter((row) => row.user === caller.user);
  if (id !== undefined) return answerKey(state, request, own, Number(id));
  if (request.method === "GET") return ok(page(own.map(keyBody), request));
  return request.method === "POST" ? addKey(state, request, caller) : { status: 405 };
}

function answerKey(
  state: DataCenterState,
  request: SimulatorRequest,
  own: readonly DataCenterKey[],
  id: number,
): SimulatorResponse {
  const key = own.find((row) => row.id === id);
  if (request.method === "DELETE") {
    state.keys = state.keys.filter((row) => row !== key);
    return { status: 204 };
  }
  return key ? ok(keyBody(key)) : failure(404, "com.atlassian.bitbucket.NoSuchEntityException", "No such SSH key.");
}

function addKey(state: DataCenterState, request: SimulatorRequest, caller: Caller): SimulatorResponse {
  const { text, label } = readJson(request);
  const parts = typeof text === "string" ? text.trim().split(/\s+/) : [];
  const [type = "", blob = "", ...comment] = parts;
  if (!/^(ssh-(ed25519|rsa|dss)|ecdsa-sha2-\S+)$/.test(type) || !isBlob(blob, type)) {
    return failure(400, "com.atlassian.bitbucket.ssh.InvalidSshKeyException", "This is not a valid SSH key.", "text");
  }
  if (state.keys.some((row) => row.text.split(/\s+/)[1] === blob)) {
    const message = "This SSH key is already on the system.";
    return failure(409, "com.atlassian.bitbucket.ssh.DuplicateSshKeyException", message, "text");
  }
  const given = typeof label === "string" && label !== "" ? label : comment.join(" ");
  const key = { id: state.nextKeyId++, user: caller.user, text: parts.join(" "), label: given };
  state.keys.push(key);
  return ok(keyBody(key), 201);
}

/** The key's type is written at the start of its bytes too. */
function isBlob(blob: string, type: string): boolean {
  const bytes = Buffer.from(blob, "base64");
  return bytes.length > 32 && bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString("latin1") === type;
}

function keyBody({ id, text, label }: DataCenterKey): object {
  const [type = "", blob = ""] = text.split(/\s+/);
  const digest = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "");
  const algorithmType = type === "ssh-ed25519" ? "Ed25519" : type === "ssh-rsa" ? "RSA" : "ECDSA";
  return { id, text, label, algorithmType, bitLength: type === "ssh-rsa" ? 4096 : 256, fingerprint: digest };
}

function settings(base: string): object {
  const { hostname } = new URL(base);
  const fingerprint = { algorithm: "RSA", value: "Cbg38r+gDCiNHqBk6Y1BKO+EvufFBqhFWIEXh8oq9MI" };
  return { enabled: true, accessKeysEnabled: true, baseUrl: `ssh://${hostname}`, port: 7999, fingerprint };
}
