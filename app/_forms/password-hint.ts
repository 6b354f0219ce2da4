/** What a new password must be; lib/passwords.ts decides. */
export const passwordHint = "At least 12 characters. A few words are good.";
