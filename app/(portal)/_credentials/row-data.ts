import type { ComparedScope } from "@/lib/hosts/scopes";
import type { Policy } from "@/lib/policy/judge";
import type { RevocationPlan } from "@/lib/revocations/plan-revocation";
import type { RotationFacts } from "@/lib/rotations/facts";
import type { SshKeyState } from "@/lib/ssh-keys/ssh-key";

/** What a row's buttons and dialogs need, as plain data. No secret is in it. */
export interface RowData {
  /** "me", "site", "team:" and a team's id, or a user's id. */
  owner: string;
  /** May whoever looks add, check, replace and remove here? */
  mayManage: boolean;
  host: { id: string; kind: string; name: string; baseUrl: string; gitOverSsh: boolean };
  credential: {
    id: string;
    type: string;
    end: string;
    login: string | null;
    /** What was entered besides the secret, by field id. */
    fields: Readonly<Record<string, string>>;
  } | null;
  /** What can be done about it at its code host; null where there is none. */
  revocation: RevocationPlan | null;
  /** The credential that takes over when this one is removed. */
  fallback: { login: string | null; teamName: string | null } | null;
  required: ComparedScope[];
  canProbe: boolean;
  /** Does the kind of host keep keys for signed commits? */
  canSign: boolean;
  /** How the key for git stands; null: none, or not asked for. */
  sshKey: { state: SshKeyState; isMoved: boolean } | null;
  needsReplacing: boolean;
  /** Null: its kind of code host rotates nothing. */
  rotation: RotationFacts | null;
  /** The page was opened to replace this one: by a link in a reminder. */
  opensReplacing: boolean;
  /** The site's rules for this code host. */
  policy: Policy;
  /** Why none may be added here; null: one may. */
  closed: string | null;
}
