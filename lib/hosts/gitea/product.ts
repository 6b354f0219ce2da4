/**
 * Gitea, and Forgejo, which was forked from it and kept its API: one adapter for two kinds. Here is what of each the
 * browser needs too.
 */
export interface Product {
  kind: "gitea" | "forgejo";
  name: "Gitea" | "Forgejo";
}

export const giteaProduct: Product = { kind: "gitea", name: "Gitea" };
export const forgejoProduct: Product = { kind: "forgejo", name: "Forgejo" };
