import type { Adapter, CredentialType, MayNeedPassword } from "./adapter";

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

function capabilities({ name, credentialTypes, probe, ssh, revoke, rotate }: Adapter): string[] {
  const storable = credentialTypes.filter(({ refusal }) => refusal === null);
  const upload = ssh.keys === null ? "by hand" : ssh.keys.notFor.length > 0 ? "for users' tokens" : "yes";
  return [
    name,
    storable.length > 0 ? "yes" : "no",
    spread(storable, ({ scopesTold }) => scopesTold),
    spread(storable, ({ expiryTold }) => expiryTold),
    probe === null ? "no" : "yes",
    upload,
    deeds(storable, revoke, (baseUrl, type) => revoke?.refusal(baseUrl, { type, fields: {} })),
    deeds(storable, rotate, (baseUrl, type) => rotate?.refusal(baseUrl, { type, fields: {}, scopes: null })),
  ];
}

/** GitHub's own, and anybody's: what the API can do may depend on it. */
const places = ["https://github.com", "https://git.example.com"];

/** "yes", or "yes or by hand" where it depends on the type of token, or on whose server it is. */
function deeds(
  types: readonly CredentialType[],
  support: MayNeedPassword | null,
  refusal: (baseUrl: string, type: string) => string | null | undefined,
): string {
  if (support === null) return "by hand";
  const words = { never: ["yes"], sometimes: ["yes", "with the password"], always: ["with the password"] };
  const isAble = places.flatMap((baseUrl) => types.map(({ id }) => refusal(baseUrl, id) === null));
  const able = isAble.includes(true) ? words[support.password ?? "never"] : [];
  return [...able, ...(isAble.includes(false) ? ["by hand"] : [])].join(" or ");
}

/** "exact", or "exact or cannot be told" where it depends on the type of token. */
function spread(types: readonly CredentialType[], told: (type: CredentialType) => Told): string {
  const found = (Object.keys(TOLD) as Told[]).filter((one) => types.some((type) => told(type) === one));
  return found.map((one) => TOLD[one]).join(" or ");
}
