import type { CredentialType, Recognition } from "./adapter";
import { type OfflineKind, offlineKind, offlineKinds } from "./offline";

/**
 * What a pasted text is, before anything is sent anywhere: the same in the browser and on the server. It refuses what
 * cannot be a token and what is plainly another host's; a form that it does not know it only mentions, because
 * self-managed hosts choose their own. Its sentences never repeat the text.
 */
export type RecognitionVerdict = "ok" | "wrong-host" | "damaged" | "unrecognised" | "unusable" | "refused-type";

export interface PastedToken {
  /** What to send: the text without what came along with it. */
  cleaned: string;
  /** A sentence saying what was taken away, or null. */
  removed: string | null;
  /** `ok`, `damaged` and `unrecognised` may be saved; the others may not. */
  verdict: RecognitionVerdict;
  /** What to say about it; null when there is nothing to say. */
  message: string | null;
  /** As a token of the asked kind; of the other kind when the verdict is wrong-host. */
  recognition: Recognition | null;
  /** Id of the credential type that it is taken for: what the owner chose, unless it is plainly of another type. */
  type: string;
  /** The kind whose token it is, when the verdict is wrong-host. */
  otherKind: string | null;
}

const maxLength = 4096;

/**
 * Must not throw on any text, and answers at once for any length.
 * @param chosen id of the credential type that the owner chose; the kind's first when null
 */
export function recogniseAnywhere(text: string, kind: string, chosen: string | null = null): PastedToken {
  const own = offlineKind(kind);
  const types = own?.credentialTypes ?? [];
  const choice = types.find(({ id }) => id === chosen) ?? types[0];
  const isPassword = choice?.secretForm === "password";
  // Spaces and quotation marks may be part of a password.
  const { cleaned, removed } = isPassword ? { cleaned: text, removed: null } : cleanToken(text);
  const base = { cleaned, removed, recognition: null, type: choice?.id ?? "", otherKind: null };
  const unusable = isPassword ? findUnusablePassword(cleaned) : findUnusable(cleaned);
  if (unusable) return { ...base, verdict: "unusable", message: unusable };

  const recognition = own?.recognise(cleaned) ?? null;
  const isOurs = recognition && (recognition.confidence === "certain" || recognition.checksum === "good");
  const other = isOurs ? null : recogniseElsewhere(cleaned, kind);
  if (other) {
    const here = own ? ` This code host is ${own.name}.` : "";
    const message = `This looks like ${withArticle(other.name)} token.${here}`;
    return { ...base, verdict: "wrong-host", message, recognition: other.recognition, otherKind: other.kind };
  }
  if (isPassword && !isOurs) return { ...base, verdict: "ok", message: null };
  if (!own || !recognition) {
    const message = "Forgepass does not know this form of token. Saving it asks the code host.";
    return { ...base, verdict: "unrecognised", message };
  }
  return { ...base, ...judge(own, recognition), recognition, type: typeOf(recognition, chosen, choice) };
}

function judge(own: OfflineKind, recognition: Recognition): { verdict: RecognitionVerdict; message: string | null } {
  const refusal = own.credentialTypes.find((type) => type.id === recognition.type)?.refusal ?? null;
  if (refusal) {
    // A shape alone is no reason to refuse.
    return { verdict: recognition.confidence === "certain" ? "refused-type" : "ok", message: refusal };
  }
  if (recognition.checksum === "bad") {
    const message = `This looks like ${withArticle(own.name)} token, but a character is missing or wrong. Copy it again.`;
    return { verdict: "damaged", message };
  }
  return { verdict: "ok", message: null };
}

function typeOf(recognition: Recognition, chosen: string | null, choice: CredentialType | undefined): string {
  const { type, mayBe = [], confidence, checksum } = recognition;
  if (chosen === null || choice?.id !== chosen) return type;
  const isPlain = confidence === "certain" || checksum === "good";
  return isPlain && chosen !== type && !mayBe.includes(chosen) ? type : chosen;
}

/** "a GitHub", "an AWS CodeCommit" */
function withArticle(name: string): string {
  return `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;
}

/** Takes away what is copied along with a token: space, quotation marks, "Bearer", the header's name. */
export function cleanToken(text: string): { cleaned: string; removed: string | null } {
  const taken = new Set<string>();
  let cleaned = text;
  for (let round = 0; round < 6; round++) {
    const before = cleaned;
    cleaned = trimInvisible(cleaned);
    if (cleaned !== before) taken.add("spaces and line breaks");
    const head = /^(authorization|private-token)\s{0,4}:|^(bearer|token|basic)(?=\s)/i.exec(cleaned)?.[0];
    if (head) {
      cleaned = cleaned.slice(head.length);
      taken.add("the header's words");
      // The space after them goes with them.
      cleaned = trimInvisible(cleaned);
    }
    if (isQuoted(cleaned)) {
      cleaned = cleaned.slice(1, -1);
      taken.add("quotation marks");
    }
    if (cleaned === before) break;
  }
  return { cleaned, removed: taken.size === 0 ? null : `Left out ${[...taken].join(", ")} around the token.` };
}

function findUnusable(cleaned: string): string | null {
  if (cleaned === "") return "Paste a token.";
  if (cleaned.length > maxLength)
    return `A token has at most ${maxLength.toLocaleString("en")} characters. Copy only the token.`;
  if (/^[\x21-\x7e]*$/.test(cleaned)) return null;
  if (/\s/.test(cleaned)) return "A token has no spaces or line breaks inside. Copy it again.";
  return "A token has only plain letters, digits and signs. Copy it again.";
}

function findUnusablePassword(text: string): string | null {
  if (text.trim() === "") return "Enter the password.";
  if (text.length > maxLength) return `A password has at most ${maxLength.toLocaleString("en")} characters.`;
  return /[\p{Cc}\p{Cs}]/u.test(text) ? "A password has no line breaks or control characters. Copy it again." : null;
}

function recogniseElsewhere(
  token: string,
  kind: string,
): { kind: string; name: string; recognition: Recognition } | null {
  for (const [otherKind, { name, recognise }] of Object.entries(offlineKinds)) {
    if (otherKind === kind) continue;
    const recognition = recognise(token);
    if (recognition?.confidence === "certain") return { kind: otherKind, name, recognition };
  }
  return null;
}

/** Like trim(), and also what is copied from web pages unseen. A loop, because a pattern would be slow on long runs. */
function trimInvisible(text: string): string {
  const isInvisible = (at: number) => /[\s\u200b-\u200f\u2060\ufeff]/.test(text.charAt(at));
  let from = 0;
  let to = text.length;
  while (from < to && isInvisible(from)) from++;
  while (to > from && isInvisible(to - 1)) to--;
  return text.slice(from, to);
}

function isQuoted(text: string): boolean {
  return (
    text.length >= 2 &&
    ['""', "''", "``", "“”", "‘’", "«»", "<>"].includes(text.charAt(0) + text.charAt(text.length - 1))
  );
}
