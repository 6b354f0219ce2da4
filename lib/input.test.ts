import { describe, expect, it } from "vitest";
import { z } from "zod";
import { email, formInput, parse, personName } from "./input";

const schema = z.strictObject({ name: personName, email });

function form(entries: [string, string | Blob][]): FormData {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
}

describe("what is submitted", () => {
  it("is text of the fields that were asked for", () => {
    const input = formInput(
      form([
        ["name", " Alice "],
        ["email", "Alice@Example.com"],
        ["$ACTION_ID_1", ""],
      ]),
    );
    expect(parse(schema, input)).toEqual({ ok: true, value: { name: "Alice", email: "alice@example.com" } });
  });

  it.each([
    ["a role", { name: "A", email: "a@example.com", role: "ADMIN" }],
    ["an operator instead of text", { name: { startsWith: "" }, email: "a@example.com" }],
    ["an array", { name: ["A"], email: "a@example.com" }],
    ["NUL", { name: "A\0", email: "a@example.com" }],
    ["NUL in an address", { name: "A", email: "a\0@example.com" }],
    ["line ends", { name: "A\r\nB", email: "a@example.com" }],
    ["a missing field", { name: "A" }],
    ["a field without end", { name: "a".repeat(100_000), email: "a@example.com" }],
    ["null", null],
    ["a string", "name=A"],
    ["a field of the prototype", JSON.parse('{"name":"A","email":"a@example.com","__proto__":{"role":"ADMIN"}}')],
  ])("is refused when it holds %s, and not quoted", (_, input) => {
    const result = parse(schema, input);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toMatch(/aaaa|ADMIN|startsWith/);
  });

  it("is refused when a field comes twice or as a file", () => {
    const base: [string, string][] = [["email", "a@example.com"]];
    expect(parse(schema, formInput(form([...base, ["name", "A"], ["name", "B"]]))).ok).toBe(false);
    expect(parse(schema, formInput(form([...base, ["name", new Blob(["A"])]]))).ok).toBe(false);
    expect(parse(schema, formInput(form([...base, ["name", "A"], ["__proto__", "x"]]))).ok).toBe(false);
  });

  it.each([undefined, null, "x", 1, [], {}, [["email", "a@example.com"]]])(
    "is refused as %j, without a throw",
    (given) => {
      expect(parse(schema, formInput(given as never))).toMatchObject({ ok: false, error: { code: "invalid-input" } });
    },
  );
});
