import { describe, expect, it } from "vitest";
import { caCertificate, otherCaCertificate, serverCertificate, serverKey } from "../hosts/tls-fixture";
import { fingerprints, parseCaCertificate } from "./ca-certificate";

const later = new Date("2200-01-01");
const earlier = new Date("2020-01-01");

describe("a CA certificate", () => {
  it("is kept as it is, and text around it is dropped", () => {
    const pasted = `subject=Example\r\n${caCertificate.replaceAll("\n", "\r\n")}\r\n# end`;
    expect(parseCaCertificate(pasted)).toEqual({ ok: true, pem: caCertificate });
  });

  it("may be several", () => {
    const both = `${caCertificate}\n\n${otherCaCertificate}`;
    expect(parseCaCertificate(both)).toEqual({ ok: true, pem: caCertificate + otherCaCertificate });
    expect(new Set(fingerprints(both)).size).toBe(2);
    expect(fingerprints(null)).toEqual([]);
  });

  const broken = caCertificate.replace("MIIB", "MIIC");
  it.each<[string, string, RegExp, Date?]>([
    ["nothing like one", "hello", /begins with -----BEGIN CERTIFICATE/],
    ["a request", caCertificate.replaceAll("CERTIFICATE", "CERTIFICATE REQUEST"), /begins with -----BEGIN/],
    ["a damaged one", broken, /^This certificate cannot be read/],
    ["a good one and a damaged one", caCertificate + broken, /^Certificate 2 cannot be read/],
    ["one that expired", caCertificate, /^This certificate expired on 2126-10-29/, later],
    ["one that is not valid yet", caCertificate, /not valid before 2026-11-22/, earlier],
    ["a server's own", serverCertificate, /^This certificate is not a CA's/],
    ["a chain with a server's own", caCertificate + serverCertificate, /^Certificate 2 is not a CA's/],
    ["a private key", serverKey, /private key\. It was not kept/],
    ["a certificate with its private key", caCertificate + serverKey, /private key\. It was not kept/],
    ["an RSA private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", /private key/],
    ["an encrypted private key", serverKey.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"), /private key/],
  ])("is refused: %s", (_what, pasted, sentence, now) => {
    const answer = parseCaCertificate(pasted, now);
    expect(answer).toMatchObject({ ok: false, message: expect.stringMatching(sentence) });
    expect(JSON.stringify(answer)).not.toContain(serverKey.split("\n")[1]);
  });

  it("is looked at in linear time", () => {
    const startedAt = performance.now();
    parseCaCertificate("-----BEGIN CERTIFICATE-----".repeat(7000));
    parseCaCertificate(`-----BEGIN CERTIFICATE-----${" ".repeat(180_000)}`);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
