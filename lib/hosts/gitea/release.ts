import { z } from "zod";
import type { Answer } from "../answer";

/**
 * What a server's version says of it. Forgejo names the release of Gitea whose API it kept: "15.0.2+gitea-1.22.0".
 * Before 7 it counted as Gitea did, and whether it marked itself is unconfirmed, so that the two cannot be told apart.
 */
export interface Release {
  version: string;
  /** Null: cannot be told. */
  product: "gitea" | "forgejo" | null;
  /** Minor release of Gitea 1 whose API it has; null when that cannot be read. */
  minor: number | null;
  /** Of Forgejo's own counting; null for Gitea. */
  major: number | null;
}

const versionBody = z.object({ version: z.string().regex(/^\d{1,4}\.\d{1,4}[\w.+~-]{0,80}$/) });

/** GET /version: {"version":"1.24.2"}. Null when it does not tell. */
export function readRelease(answer: Answer | null): Release | null {
  const parsed = versionBody.safeParse(answer?.json);
  if (answer?.status !== 200 || !parsed.success) return null;
  const { version } = parsed.data;
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  const base = /\+gitea-1\.(\d{1,4})/.exec(version)?.[1];
  if (base !== undefined || major >= 7) {
    return { version, product: "forgejo", minor: base === undefined ? null : Number(base), major };
  }
  // Forgejo has counted on its own since Gitea 1.22.
  return {
    version,
    product: major === 1 && minor < 22 ? null : "gitea",
    minor: major === 1 ? minor : null,
    major: null,
  };
}

/**
 * How its tokens are scoped: not at all to 1.18, with names after GitHub's in 1.19, by category since 1.20
 * (models/auth/access_token_scope.go). A server that does not tell its version is taken for a newer one.
 */
export function scopeEra(release: Release | null): "unscoped" | "first" | "categories" {
  const minor = release?.minor ?? null;
  if (minor === null || minor >= 20) return "categories";
  return minor === 19 ? "first" : "unscoped";
}
