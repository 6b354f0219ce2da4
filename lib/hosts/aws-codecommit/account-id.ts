/**
 * The account that an access key belongs to, read from its id without asking: characters 5 to 14 are base 32 of a bit,
 * the account in 40 bits, and more. Null for ids of before 2019 (AKIAI, AKIAJ), which hold no account.
 */
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function accountOfKeyId(keyId: string): string | null {
  if (!/^A[KS]IA[A-Z2-7]{16}$/.test(keyId) || /^A[KS]IA[IJ]/.test(keyId)) return null;
  let bits = 0n;
  for (const letter of keyId.slice(4, 14)) bits = (bits << 5n) | BigInt(letters.indexOf(letter));
  const account = (bits >> 9n) & ((1n << 40n) - 1n);
  return account < 10n ** 12n ? String(account).padStart(12, "0") : null;
}
