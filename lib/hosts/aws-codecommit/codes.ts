import type { Answer } from "./client";

/**
 * AWS's error codes by what they mean, in the words of both protocols (STS and IAM in XML, CodeCommit in JSON). A server
 * error's code is not believed.
 */
const isOneOf = (...codes: string[]) => new RegExp(`^(${codes.join("|")})$`);

export const unknownKey = isOneOf("InvalidClientTokenId", "UnrecognizedClientException");
export const badSignature = isOneOf("SignatureDoesNotMatch", "InvalidSignatureException");
export const ended = isOneOf("ExpiredToken", "ExpiredTokenException");
export const denied = isOneOf("AccessDenied", "AccessDeniedException");
export const throttled = isOneOf(
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
);
export const late = isOneOf("RequestExpired", "RequestTimeTooSkewed");
export const regionIsOff = isOneOf("OptInRequired", "RegionDisabledException");

export function isDenied(answer: Answer<unknown>): boolean {
  return answer.kind === "refused" && answer.raw.status < 500 && denied.test(answer.code);
}

export function isUnknownKey(answer: Answer<unknown>): boolean {
  return answer.kind === "refused" && answer.raw.status < 500 && unknownKey.test(answer.code);
}

/** The secret is wrong, or somebody used a wrong one with this key some seconds ago: AWS then refuses the right one too. */
export function isBadSignature(answer: Answer<unknown>): boolean {
  return (
    answer.kind === "refused" && answer.raw.status < 500 && badSignature.test(answer.code) && !isSkew(answer.message)
  );
}

export function isSkew(message: string): boolean {
  return /signature expired|not yet current/i.test(message);
}
