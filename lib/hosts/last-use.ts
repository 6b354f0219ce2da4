/**
 * When a token was last used, as its host says, without our own question: most hosts count that as use too and then say
 * "just now", which tells nothing of whoever uses the token.
 */

/** How far apart the host's own stamps may be, besides the second that a Date header has. */
const looseMs = 3_000;

/**
 * @param told null: never used
 * @param startedAt when our first question went out, by our clock
 */
export function usedBefore(
  told: Date | null,
  { headers }: { headers: Readonly<Record<string, string>> },
  startedAt: number,
): { lastUsedAt?: Date | null } {
  if (told === null) return { lastUsedAt: null };
  const now = Date.now();
  const hostNow = Date.parse(headers.date ?? "") || now;
  const askedAt = hostNow - (now - startedAt) - looseMs;
  return Number.isNaN(told.getTime()) || told.getTime() >= askedAt ? {} : { lastUsedAt: told };
}
