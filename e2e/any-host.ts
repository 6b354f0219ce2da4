/**
 * For journeys that are the same on every kind of code host: a host of any registered kind as its contract subject
 * starts it, what the portal is to say of its credentials, and the dialog as whoever has such a credential fills it in.
 */
import type { Locator, Page } from "@playwright/test";
import { builtInConsumers } from "../lib/consumers/built-in";
import { type Assessment, assess } from "../lib/credentials/assessment";
import type { Accepted, Adapter, CredentialType, Refusal } from "../lib/hosts/adapter";
import type { ContractHost } from "../lib/hosts/contract";
import { contractSubjects } from "../lib/hosts/contract-subjects";
import type { ContractCredential } from "../lib/hosts/contract-watch";
import { openTransport } from "../lib/hosts/http";
import { Secret } from "../lib/secret";
import { test as base, forget, mark } from "./own-hosts";
import { type CodeHost, createCodeHost } from "./people";

export interface AnyHost {
  adapter: Adapter;
  host: ContractHost;
  codeHost: CodeHost;
}

interface Fixtures {
  /** A host of that kind, of the test's own. */
  startHost: (kind: string) => Promise<AnyHost>;
}

export const test = base.extend<Fixtures>({
  startHost: async ({ databaseConnection: _ }, use) => {
    const started: AnyHost[] = [];
    await use(async (kind) => {
      const subject = contractSubjects[kind];
      if (!subject) throw new Error(`No simulator plays ${kind}.`);
      const host = await subject.start();
      const codeHost = await createCodeHost(kind, `${subject.adapter.name} ${mark()}`, host.baseUrl);
      started.push({ adapter: subject.adapter, host, codeHost });
      return started[started.length - 1] as AnyHost;
    });
    for (const { host, codeHost } of started) {
      await forget(codeHost);
      await host.close();
    }
  },
});

/** A credential of a subject with everything that is left to its defaults there. */
export interface Filled {
  type: CredentialType;
  token: string;
  fields: Record<string, string>;
  secrets: Record<string, string>;
}

export function filled(adapter: Adapter, credential: ContractCredential): Filled {
  const given = typeof credential === "string" ? { token: credential } : credential;
  const { token, fields = {}, secrets = {} } = given;
  const id = given.type ?? adapter.recognise(token)?.type;
  const type = adapter.credentialTypes.find((one) => one.id === id) ?? adapter.credentialTypes[0];
  if (!type) throw new Error(`${adapter.name} stores nothing.`);
  return { type, token, fields, secrets };
}

export function secretsOf({ token, secrets }: Filled): string[] {
  return [token, ...Object.values(secrets)];
}

/** Asks the host as the portal does. */
export type Expected = { verdict: Accepted; assessment: Assessment } | { verdict: Refusal; assessment: null };

export async function expected(
  { adapter, host }: AnyHost,
  { type, token, fields, secrets }: Filled,
): Promise<Expected> {
  const { baseUrl } = host;
  const transport = openTransport({
    origins: adapter.origins(baseUrl),
    caCertificate: null,
    allowedNetworks: ["127.0.0.0/8"],
    deadlineMs: 10_000,
  });
  const entered = {
    type: type.id,
    token: new Secret(token),
    fields,
    secrets: Object.fromEntries(Object.entries(secrets).map(([id, value]) => [id, new Secret(value)])),
  };
  const verdict = await adapter.verify({ baseUrl, transport }, entered, () => {});
  if (!verdict.ok) return { verdict, assessment: null };
  const checked = { ...verdict, outcome: "valid", isMoved: false } as const;
  return { verdict, assessment: assess(adapter, checked, requiredOn(adapter.kind), new Date()) };
}

/** What the consumers that are enabled from the start need there. */
function requiredOn(kind: string) {
  return builtInConsumers.flatMap(({ slug, name, requirements }) =>
    requirements
      .filter((one) => one.kind === kind)
      .map(({ scope, why }) => ({ scope, why, consumer: { id: slug, name } })),
  );
}

/** Fills the dialog in: its kind of token, what that asks for, the token last. */
export async function fillIn(dialog: Locator, { type, token, fields, secrets }: Filled): Promise<void> {
  const kinds = dialog.getByLabel("Kind of token");
  if ((await kinds.count()) > 0) await kinds.selectOption(type.id);
  for (const { id, label } of type.fields ?? []) {
    const value = fields[id] ?? secrets[id];
    if (value !== undefined) await dialog.getByLabel(label, { exact: true }).fill(value);
  }
  await dialog.getByLabel(type.label, { exact: true }).fill(token);
}

/** The page has nothing to scroll sideways for, and neither has what is open on it. */
export async function widthsOf(page: Page): Promise<{ what: string; over: number }[]> {
  return await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll("dialog[open], dialog[open] [data-body]")]
      .map((part) => ({ what: part.nodeName, over: part.scrollWidth - part.clientWidth }))
      .filter(({ over }) => over > 0),
  );
}
