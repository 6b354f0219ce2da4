import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SimulatorRequest } from "./simulator";

/**
 * The server's side of AWS's Signature Version 4, from its published description and not from the SDK's signer: it
 * canonicalises whatever SignedHeaders lists. And CodeCommit's form of it for git, which signs no body.
 */
export interface SignatureClaim {
  keyId: string;
  /** YYYYMMDD */
  date: string;
  region: string;
  service: string;
  signedHeaders: readonly string[];
  signature: string;
}

export function readClaim(authorization: string | undefined): SignatureClaim | null {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization ?? "",
    );
  if (!parts) return null;
  const [, keyId = "", date = "", region = "", service = "", headers = "", signature = ""] = parts;
  return { keyId, date, region, service, signedHeaders: headers.split(";"), signature };
}

export function isSignedWith(secret: string, claim: SignatureClaim, request: SimulatorRequest): boolean {
  const bodyHash = sha256(request.body);
  const told = request.headers["x-amz-content-sha256"];
  const at = String(request.headers["x-amz-date"] ?? "");
  if ((told !== undefined && told !== bodyHash) || !at.startsWith(claim.date)) return false;
  if (!claim.signedHeaders.includes("host") || !claim.signedHeaders.includes("x-amz-date")) return false;
  const headers = claim.signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name])}\n`).join("");
  const query = [...request.query].map((pair) => pair.map(encode).join("=")).sort();
  const canonical = [
    request.method,
    request.path,
    query.join("&"),
    headers,
    claim.signedHeaders.join(";"),
    bodyHash,
  ].join("\n");
  return isSame(sign(secret, claim, at, canonical), claim.signature);
}

/** Six lines, the last one empty, and no hash of a body; the time is signed without the Z that the password has. */
export function isGitPassword(
  password: string,
  secret: string,
  place: { region: string; host: string; path: string },
): boolean {
  const [, at = "", signature = ""] = /^(\d{8}T\d{6})Z([0-9a-f]{64})$/.exec(password) ?? [];
  if (at === "") return false;
  const canonical = `GIT\n${place.path}\n\nhost:${place.host}\n\nhost\n`;
  const claim = { date: at.slice(0, 8), region: place.region, service: "codecommit" };
  return isSame(sign(secret, claim, at, canonical), signature);
}

/** 20261122T000000, with or without a Z → milliseconds; NaN for anything else. */
export function readSigningTime(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z?$/.exec(text);
  if (!parts) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function sign(
  secret: string,
  scope: { date: string; region: string; service: string },
  at: string,
  canonical: string,
): string {
  const path = `${scope.date}/${scope.region}/${scope.service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", at, path, sha256(canonical)].join("\n");
  const key = path.split("/").reduce<Buffer>((parent, part) => hmac(parent, part), Buffer.from(`AWS4${secret}`));
  return hmac(key, text).toString("hex");
}

function canonicalValue(value: string | string[] | undefined): string {
  return [value ?? []].flat().join(",").trim().replace(/ +/g, " ");
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
