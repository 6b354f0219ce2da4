import type { Secret } from "../../secret";
import type { Account } from "../adapter";
import { echoes } from "../host-said";
import { keysPage, type Place } from "./base-url";

/** Whose key it is, from the ARN that sts:GetCallerIdentity gives. Null: nothing that AWS would answer. */
export type Caller =
  | { kind: "root"; accountId: string }
  | {
      kind: "user" | "role" | "federated";
      account: Account;
      accountId: string;
      /** Whose policies to simulate; null when IAM cannot. */
      policySource: string | null;
    };

const form =
  /^arn:(aws|aws-cn|aws-us-gov):(iam|sts)::(\d{12}):(root|(user|assumed-role|federated-user)\/([\x21-\x7e]{1,600}))$/;

export function readCaller(told: unknown, place: Place, token: Secret): Caller | null {
  if (typeof told !== "object" || told === null || echoes(told, token)) return null;
  const { Arn, UserId, Account: accountId } = told as Record<string, unknown>;
  const parts = typeof Arn === "string" ? form.exec(Arn) : null;
  if (!parts || typeof UserId !== "string" || !/^[\x21-\x7e]{1,256}$/.test(UserId) || parts[3] !== accountId)
    return null;
  const [arn, partition, , ownAccount = "", what, kind, path = ""] = parts;
  if (what === "root") return { kind: "root", accountId: ownAccount };
  const account = { id: UserId, name: `AWS account ${ownAccount}` };
  if (kind === "user") {
    const login = path.slice(path.lastIndexOf("/") + 1);
    if (!/^[\w+=,.-][\w+=,.@-]*$/.test(login)) return null;
    const url = keysPage(place, login);
    return {
      kind: "user",
      account: { ...account, login, url, isBot: false },
      accountId: ownAccount,
      policySource: arn,
    };
  }
  const role = kind === "assumed-role" ? path.split("/")[0] : null;
  return {
    kind: role ? "role" : "federated",
    account: { ...account, login: path.replace(/^@/, ""), url: null, isBot: role !== null },
    accountId: ownAccount,
    // The session's ARN leaves out the role's path: a role that has one is not found.
    policySource: role ? `arn:${partition}:iam::${ownAccount}:role/${role}` : null,
  };
}
