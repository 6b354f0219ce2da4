import { z } from "zod";
import { fail, ok, type Result } from "./result";

/**
 * What people and programs submit, before it is looked at: text only, of a known length, without NUL, and no field that
 * was not asked for. What was submitted is never quoted back in a message.
 */

/** One line of text, trimmed; `empty` is the sentence when there is none. */
export function line(max: number, empty: string) {
  return z
    .string({ error: empty })
    .max(max, `Use at most ${max} characters.`)
    .refine((text) => !/\p{Cc}/u.test(text), "Use one line of plain text.")
    .trim()
    .min(1, empty);
}

/** In lower case, as it is stored. */
export const email = z
  .string({ error: "Enter an e-mail address." })
  .max(254, "Use at most 254 characters.")
  .trim()
  .toLowerCase()
  .pipe(z.email("Enter an e-mail address, such as alice@example.com."));

export const personName = line(100, "Enter a name.");

/** A link's one-time token. */
export const linkToken = z.string().max(200);

/** For a LIKE pattern: its wildcards count as themselves. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

export function parse<T>(schema: z.ZodType<T>, input: unknown): Result<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return ok(parsed.data);
  const fields: Record<string, string> = {};
  for (const issue of parsed.error.issues) {
    if (issue.code === "unrecognized_keys") {
      return fail("invalid-input", "The form holds a field that is not known. Reload the page and try again.");
    }
    const field = String(issue.path[0] ?? "");
    if (!field) return fail("invalid-input", "The form arrived damaged. Reload the page and try again.");
    fields[field] ??= issue.message;
  }
  return fail("invalid-input", "Look at the marked fields.", fields);
}

/**
 * A form as an object, for `parse`. Next's own fields are left out. A field that comes twice, or as a file, becomes null,
 * which no schema of text accepts. Whoever calls an action by hand may send anything: what is no form has no fields.
 */
export function formInput(form: FormData): Record<string, string | null> {
  if (!((form as unknown) instanceof FormData)) return {};
  const input: Record<string, string | null> = Object.create(null);
  for (const [name, value] of form) {
    if (name.startsWith("$ACTION_")) continue;
    input[name] = name in input || typeof value !== "string" ? null : value;
  }
  return { ...input };
}
