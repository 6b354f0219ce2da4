import { X509Certificate } from "node:crypto";

/**
 * A private CA as an admin pastes it: one or more PEM certificates, each an authority and within its dates. A private
 * key is refused and never kept; text around the certificates is dropped.
 */
export type CaCertificate = { ok: true; pem: string } | { ok: false; message: string };

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g;

export function parseCaCertificate(text: string, now = new Date()): CaCertificate {
  if (/PRIVATE KEY/.test(text)) {
    return refuse(
      "This holds a private key. It was not kept. Paste the CA's certificate only, and replace the key if it was not meant to leave its machine.",
    );
  }
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) {
    return refuse("Paste a certificate in PEM form: it begins with -----BEGIN CERTIFICATE-----.");
  }
  const kept: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const which = blocks.length === 1 ? "This certificate" : `Certificate ${index + 1}`;
    const certificate = parse(block);
    if (!certificate) return refuse(`${which} cannot be read. Copy it again, whole.`);
    const problem = judge(certificate, now);
    if (problem) return refuse(`${which} ${problem}`);
    kept.push(certificate.toString().trim());
  }
  return { ok: true, pem: `${kept.join("\n")}\n` };
}

/** SHA-256 of each certificate, for the audit log. */
export function fingerprints(pem: string | null): string[] {
  return (pem?.match(BLOCK) ?? []).map((block) => new X509Certificate(block).fingerprint256);
}

function parse(block: string): X509Certificate | null {
  try {
    return new X509Certificate(block);
  } catch {
    return null;
  }
}

function judge(certificate: X509Certificate, now: Date): string | null {
  if (Date.parse(certificate.validTo) <= now.getTime()) {
    return `expired on ${day(certificate.validTo)}. Paste the current one.`;
  }
  if (Date.parse(certificate.validFrom) > now.getTime()) {
    return `is not valid before ${day(certificate.validFrom)}. Paste one that is valid now.`;
  }
  if (!certificate.ca) {
    return "is not a CA's: it belongs to a server. Paste the certificate of the authority that issued it.";
  }
  return null;
}

function day(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}

function refuse(message: string): CaCertificate {
  return { ok: false, message };
}
