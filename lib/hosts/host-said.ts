import type { Secret } from "../secret";

/**
 * The host's own words, fit to be stored and quoted: one line, at most 300 characters, no control characters, and with
 * the token taken out in case the host echoes what it was sent.
 */
export function quoteHost(words: unknown, token: Secret): string | null {
  if (typeof words !== "string") return null;
  const raw = token.reveal();
  let text = words.slice(0, 20_000);
  if (raw !== "") for (const form of formsOf(raw)) text = text.replaceAll(form, "[token]");
  text = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  if (text === "") return null;
  return text.length <= 300 ? text : `${text.slice(0, 299).trimEnd()}…`;
}

/** Does what was read from a host's answer hold the token, in any of its forms, anywhere? */
export function echoes(read: unknown, token: Secret): boolean {
  const raw = token.reveal();
  // Shorter than any token; such a text is in many answers by chance.
  if (raw.length < 8) return false;
  // In the host of a URL it is in lower case.
  const text = JSON.stringify(read).toLowerCase();
  return [JSON.stringify(raw).slice(1, -1), ...formsOf(raw)].some((form) => text.includes(form.toLowerCase()));
}

function formsOf(raw: string): string[] {
  const bytes = Buffer.from(raw);
  return [raw, encodeURIComponent(raw), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
}
