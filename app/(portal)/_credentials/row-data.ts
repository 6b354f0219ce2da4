import type { Guide } from "@/lib/hosts/adapter";
import type { ComparedScope } from "@/lib/hosts/scopes";

/** What a row's buttons and dialogs need, as plain data. No secret is in it. */
export interface RowData {
  /** "me", "site" or a user's id. */
  owner: string;
  host: { id: string; kind: string; kindName: string; name: string; address: string };
  credential: { id: string; end: string; login: string | null } | null;
  /** The global credential that takes over when this one is removed. */
  fallback: { login: string | null } | null;
  types: GuidedType[];
  required: ComparedScope[];
  canProbe: boolean;
  managePage: string | null;
  needsReplacing: boolean;
}

export interface GuidedType {
  id: string;
  name: string;
  label: string;
  scopesTold: "exactly" | "never";
  guide: Guide;
}
