import type { LedgerFilter } from "@/lib/ledger/filter";

/** The ledger's filter as it stands in the URL; the domain judges the values. */
export const filterNames = ["owner", "host", "consumer", "window"] as const;

export type LedgerQuery = LedgerFilter & Record<string, string>;

export function readLedgerQuery(read: (name: string) => string | null): LedgerQuery {
  const entries = filterNames.map((name) => [name, read(name)?.slice(0, 300) ?? ""] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

/** `/admin/expiry?window=30`; what is empty is left out. */
export function ledgerHref(path: string, query: Record<string, string | null | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  return params.size > 0 ? `${path}?${params}` : path;
}
