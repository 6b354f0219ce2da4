import type { Adapter } from "./adapter";
import { awsCodecommit } from "./aws-codecommit/adapter";
import { azureDevops, azureDevopsServer } from "./azure-devops/adapter";
import { bitbucketCloud } from "./bitbucket-cloud/adapter";
import { bitbucketDataCenter } from "./bitbucket-data-center/adapter";
import { gerrit } from "./gerrit/adapter";
import { forgejo, gitea } from "./gitea/adapter";
import { github } from "./github/adapter";
import { gitlab } from "./gitlab/adapter";

/** The kinds of code host that the portal knows. A row here, a folder beside, and a row in offline.ts make one. */
export const adapters: Readonly<Record<string, Adapter>> = {
  github,
  gitlab,
  "bitbucket-cloud": bitbucketCloud,
  "bitbucket-data-center": bitbucketDataCenter,
  "azure-devops": azureDevops,
  "azure-devops-server": azureDevopsServer,
  "aws-codecommit": awsCodecommit,
  gitea,
  forgejo,
  gerrit,
};

export const kinds: readonly string[] = Object.keys(adapters);

/** Null for a kind that is not, or no longer, known. */
export function adapterFor(kind: string): Adapter | null {
  return Object.hasOwn(adapters, kind) ? (adapters[kind] ?? null) : null;
}
