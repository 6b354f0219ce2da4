import type { Adapter, CredentialType } from "./adapter";

/**
 * What the portal can do on each kind of code host, told by the adapters themselves: README.md's table is made of it,
 * so that it cannot be wrong.
 */
const TOLD = { exactly: "exact", partly: "partly", never: "cannot be told" } as const;
type Told = keyof typeof TOLD;

/** A Markdown table with a row for each adapter. */
export function capabilityTable(adapters: readonly Adapter[]): string {
  const head = ["code host", "verify", "scopes", "expiry", "try on a repository", "SSH key upload", "revoke", "rotate"];
  const rows = adapters.map(capabilities);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function capabilities({ name, credentialTypes, probe, ssh }: Adapter): string[] {
  const storable = credentialTypes.filter(({ refusal }) => refusal === null);
  const upload = ssh.keys === null ? "by hand" : ssh.keys.notFor.length > 0 ? "for users' tokens" : "yes";
  return [
    name,
    storable.length > 0 ? "yes" : "no",
    spread(storable, ({ scopesTold }) => scopesTold),
    spread(storable, ({ expiryTold }) => expiryTold),
    probe === null ? "no" : "yes",
    upload,
    // The adapter has no member for either.
    "by hand",
    "by hand",
  ];
}

/** "exact", or "exact or cannot be told" where it depends on the type of token. */
function spread(types: readonly CredentialType[], told: (type: CredentialType) => Told): string {
  const found = (Object.keys(TOLD) as Told[]).filter((one) => types.some((type) => told(type) === one));
  return found.map((one) => TOLD[one]).join(" or ");
}
