import type { AuditFilter } from "@/lib/audit-log/audit-filter";

/** The audit log's filter as it stands in the URL; the domain judges the values. */
export const filterNames = ["action", "actor", "target", "outcome", "from", "to"] as const;

export function readAuditQuery(read: (name: string) => string | null): AuditFilter & Record<string, string> {
  const entries = filterNames.map((name) => [name, read(name)?.slice(0, 300) ?? ""] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}
