import type { People } from "./people";
import type { SampleGroup } from "./samples";

/** What the demo prints before its address. */
export function writeGuide(signIns: People["signIns"], groups: readonly SampleGroup[]): string {
  const people = signIns.map(({ email, password, about }) => [email, `${password}   ${about}`] as const);
  return [
    "",
    "Sign in as",
    ...columns(people),
    "",
    "Tokens to paste",
    ...groups.flatMap(({ title, samples }) => [
      `  ${title}`,
      ...columns(samples.map(({ about, token }) => [about, token] as const)).map((line) => `  ${line}`),
    ]),
    "",
    "The button to a host's token page works too: it opens a simulated page that makes a token.",
    "Ctrl-C stops the demo. The next one begins anew.",
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`);
}
