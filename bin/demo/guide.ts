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
    "Credentials to paste. Where there is one already, choose Replace.",
    ...groups.flatMap(({ title, samples }) => [
      `  ${title}`,
      ...columns(
        samples.map(({ about, fields = [], token }) => {
          const typed = fields.map(([label, value]) => `${label}: ${value}   `);
          return [about, `${typed.join("")}${token}`] as const;
        }),
      ).map((line) => `  ${line}`),
    ]),
    "",
    "The button to a host's token page works too: it opens a simulated page that makes a credential. Only AWS's leads",
    "to the real console.",
    "Git goes over SSH on Sandbox GitHub and Azure DevOps Services. The admin has yet to confirm the first one's host keys.",
    "Ctrl-C stops the demo. The next one begins anew.",
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}   ${right}`);
}
