import type { Secret } from "../../secret";
import type { Account, Connection } from "../adapter";
import { quoteHost } from "../host-said";
import type { Product } from "./product";
import { type Release, scopeEra } from "./release";
import type { Told } from "./told";
import type { Tried } from "./try-scopes";

/** What the owner of a token should know of it besides its account, scopes and end: sentences. */
export function observe(seen: {
  product: Product;
  release: Release | null;
  token: Secret;
  told: Told | null;
  tried: Tried;
  account: Account | null;
  isOauth: boolean;
  host: Connection;
}): string[] {
  const { product, release, token, told, tried, account, isOauth, host } = seen;
  const name = new URL(host.baseUrl).host;
  const notes: string[] = [];
  if (told) {
    const title = quoteHost(told.name, token);
    const made = told.createdAt ? ` It was made on ${told.createdAt.toISOString().slice(0, 10)}.` : "";
    if (title) notes.push(`On ${name} it is called “${title}”.${made}`);
  }
  if (!account) {
    notes.push("This token may not read whose it is. To see the account here, make one that also has read:user.");
  }
  if (account?.isBot) notes.push("This is the token of a job and ends with it. Make an access token instead.");
  if (isOauth) notes.push("This is an OAuth token, which ends soon. Make an access token instead.");
  if (scopeEra(release) === "unscoped") {
    notes.push(`${product.name} before 1.19 has no scopes: the token may do all that its account may.`);
  }
  if (tried.kind === "tried") {
    notes.push(
      `${name} does not list this token's scopes. What it may read was tried out; what it may change cannot be told without changing something.`,
    );
  }
  if (tried.scopes.includes("public-only")) {
    notes.push("It is limited to what is public (public-only): its scopes do not hold for private repositories.");
  }
  if (product.kind === "forgejo" && (release?.major ?? 0) >= 15) {
    notes.push("It may be limited to some repositories, which Forgejo does not tell. Check one of yours to be sure.");
  }
  return notes;
}
