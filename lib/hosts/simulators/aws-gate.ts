import { fail, type Protocol } from "./aws-answers";
import { isSignedWith, readClaim, readSigningTime } from "./aws-sigv4";
import { type AwsKey, type AwsState, now } from "./aws-state";
import type { SimulatorRequest, SimulatorResponse } from "./simulator";

/** Who signed a request, or AWS's refusal: the order of the checks is the order in which AWS complains. */
export function authenticate(
  state: AwsState,
  request: SimulatorRequest,
  protocol: Protocol,
): { key: AwsKey } | { refusal: SimulatorResponse } {
  const refuse = (status: number, code: string, message: string) => ({
    refusal: fail(protocol, status, code, message),
  });
  const header = request.headers.authorization;
  if (header === undefined) {
    return refuse(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
  }
  const claim = readClaim(header);
  if (!claim) return refuse(400, "IncompleteSignature", "Authorization header requires 'Credential' parameter.");
  const key = state.keys.find(({ id }) => id === claim.keyId);
  const token = request.headers["x-amz-security-token"];
  const isKnown = key?.status === "Active" && now(state) >= key.knownFrom && token === key.session?.token;
  if (!key || !isKnown) {
    return refuse(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
  }
  if (key.session && key.session.expiresAt <= now(state)) {
    return refuse(403, "ExpiredToken", "The security token included in the request is expired");
  }
  const skew = describeSkew(state, String(request.headers["x-amz-date"] ?? ""));
  if (skew) return refuse(403, "SignatureDoesNotMatch", skew);
  const region = protocol === "iam" ? iamRegion(state) : state.region;
  if (claim.region !== region || claim.service !== protocol) {
    const message = `Credential should be scoped to a valid region and service, not '${claim.region}/${claim.service}'.`;
    return refuse(403, "SignatureDoesNotMatch", message);
  }
  if (!isSignedWith(key.secret, claim, request)) {
    state.grudges.set(key.id, Date.now());
    return refuse(403, "SignatureDoesNotMatch", doesNotMatch);
  }
  // A wrong secret makes AWS refuse the right one too, for some seconds.
  if (Date.now() - (state.grudges.get(key.id) ?? 0) < (state.options.grudgeMs ?? 5_000)) {
    return refuse(403, "SignatureDoesNotMatch", doesNotMatch);
  }
  if (key.isThrottled) return refuse(400, "Throttling", "Rate exceeded");
  return { key };
}

export function iamRegion({ partition }: AwsState): string {
  if (partition === "aws-cn") return "cn-north-1";
  return partition === "aws-us-gov" ? "us-gov-west-1" : "us-east-1";
}

const doesNotMatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

const toleranceMs = 5 * 60_000;

function describeSkew(state: AwsState, signedAt: string): string | null {
  const at = now(state);
  const age = at.getTime() - readSigningTime(signedAt);
  const compact = (date: Date) => date.toISOString().replace(/[-:]|\.\d+/g, "");
  if (Math.abs(age) <= toleranceMs) return null;
  const limit = new Date(at.getTime() - Math.sign(age) * toleranceMs);
  return age > 0
    ? `Signature expired: ${signedAt} is now earlier than ${compact(limit)} (${compact(at)} - 5 min.)`
    : `Signature not yet current: ${signedAt} is still later than ${compact(limit)} (${compact(at)} + 5 min.)`;
}
