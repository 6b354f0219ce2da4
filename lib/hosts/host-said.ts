import type { Secret } from "../secret";

/**
 * The host's own words, fit to be stored and quoted: one line, at most 300 characters, no control characters, and with
 * the secrets taken out in case the host echoes what it was sent. All of them at once: what one call has shortened, the
 * next would not know any more.
 */
export function quoteHost(words: unknown, ...secrets: readonly Secret[]): string | null {
  if (typeof words !== "string") return null;
  const raws = secrets.map((secret) => secret.reveal()).filter((raw) => raw !== "");
  // One may be a part of another.
  const forms = raws.flatMap(formsOf).sort((a, b) => b.length - a.length);
  let text = words.slice(0, longest);
  for (const form of forms) text = text.replaceAll(form, "[token]");
  // The cut may have gone through one, which is then not found.
  if (words.length > longest) text = text.slice(0, -(forms[0]?.length ?? 1));
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

const longest = 40_000;

function formsOf(raw: string): string[] {
  const bytes = Buffer.from(raw);
  const whole = [
    raw,
    encodeURIComponent(raw),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
  ];
  if (raw.length < 8) return whole;
  // Inside a longer text, as Basic's name:password, base64 depends on where it begins; its ends belong to both.
  const within = [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const inner = (text: string) => text.slice(before === 0 ? 0 : 4, 4 * Math.floor(shifted.length / 3));
    return [inner(shifted.toString("base64")), inner(shifted.toString("base64url"))];
  });
  return [...new Set([...whole, ...within])];
}
