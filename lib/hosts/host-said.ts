import type { Secret } from "../secret";

/**
 * The host's own words, fit to be stored and quoted: one line, at most 300 characters, no control characters, and with
 * the token taken out in case the host echoes what it was sent.
 */
export function quoteHost(words: unknown, token: Secret): string | null {
  if (typeof words !== "string") return null;
  const raw = token.reveal();
  let text = words.slice(0, 20_000);
  if (raw !== "") {
    const echoes = [raw, encodeURIComponent(raw), ...base64Forms(raw)];
    for (const echo of echoes) text = text.replaceAll(echo, "[token]");
  }
  text = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  if (text === "") return null;
  return text.length <= 300 ? text : `${text.slice(0, 299).trimEnd()}…`;
}

function base64Forms(raw: string): string[] {
  const bytes = Buffer.from(raw);
  return [bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url")];
}
