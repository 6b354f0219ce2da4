import { describe, expect, it } from "vitest";
import { asRefusal, asTransportError, TransportError } from "./transport-error";

const canary = "CANARY0123456789abcdef";

describe("asRefusal", () => {
  it.each([
    ["timeout", "unreachable"],
    ["unreachable", "unreachable"],
    ["blocked-address", "unreachable"],
    ["tls", "unreachable"],
    ["redirected", "redirected"],
    ["too-large", "unexpected"],
    ["unexpected", "unexpected"],
  ] as const)("turns %s into %s, also when a client library wrapped it", (failure, reason) => {
    const error = new TransportError(failure, "It is so.");
    const wrapped = new Error("HttpError", { cause: new Error("x", { cause: error }) });
    for (const thrown of [error, wrapped]) {
      expect(asRefusal(thrown, "git.example.com")).toEqual({
        ok: false,
        reason,
        message: "It is so.",
        hostSaid: null,
        url: null,
        retryAt: null,
      });
    }
  });

  it("does not repeat an error that is not ours", () => {
    for (const thrown of [new Error(canary), canary, null, undefined, { message: canary }]) {
      const refusal = asRefusal(thrown, "git.example.com");
      expect(refusal.reason).toBe("unexpected");
      expect(JSON.stringify(refusal)).not.toContain(canary);
    }
  });
});

describe("asTransportError", () => {
  it.each([
    ["ECONNREFUSED", "unreachable"],
    ["ENOTFOUND", "unreachable"],
    ["UND_ERR_SOCKET", "unreachable"],
    ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
    ["UND_ERR_RES_EXCEEDED_MAX_SIZE", "too-large"],
    ["UND_ERR_HEADERS_OVERFLOW", "too-large"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["HPE_INVALID_CONSTANT", "unexpected"],
    ["SOMETHING_NEW", "unexpected"],
  ])("translates %s, alone, as a cause and among several, and quotes nothing", (code, reason) => {
    const error = Object.assign(new Error(canary), { code });
    for (const thrown of [error, new Error(canary, { cause: error }), new AggregateError([error, error], canary)]) {
      const translated = asTransportError(thrown, "git.example.com");
      expect(translated.reason).toBe(reason);
      expect(translated.message).toContain("git.example.com");
      expect(translated.message).not.toContain(canary);
    }
  });

  it("finds a refusal of ours among the errors of several addresses", () => {
    const ours = new TransportError("blocked-address", "It is so.");
    expect(asTransportError(new AggregateError([new Error("x"), ours]), "git.example.com")).toBe(ours);
  });
});
