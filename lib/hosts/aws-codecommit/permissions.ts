import { z } from "zod";
import type { Answer, Client } from "./client";
import { isDenied } from "./codes";
import { listRepositories, repositoryActions } from "./scopes";

/**
 * What a key may do, as iam:SimulatePrincipalPolicy tells it. What is allowed on every repository is proven. What is
 * not may still be allowed on some: it is asked again for the repositories that there are, and absent only when it is
 * denied on all of them. Simulation knows no session policies and no conditions of the moment.
 */
export interface Permissions {
  allowed: readonly string[];
  absent: readonly string[];
  /** On some repositories only. */
  partial: readonly string[];
  /** Could the simulation be asked? */
  simulated: "yes" | "denied" | "no";
}

/** More would make an answer that IAM gives in pages. */
const mostRepositories = 25;

export interface Listed {
  names: readonly string[];
  isComplete: boolean;
}

export async function readPermissions(
  client: Client,
  source: string | null,
  repositoryArn: (name: string) => string,
  listed: Answer<unknown> | null,
): Promise<Permissions> {
  const repositories = listed?.kind === "answered" ? readRepositories(listed.output) : null;
  // The list of repositories is for all of them or none, so that the call itself is the proof.
  const own = {
    allowed: repositories ? [listRepositories] : [],
    absent: listed && isDenied(listed) ? [listRepositories] : [],
  };
  const first = source === null ? null : await simulate(client, source, repositoryActions, [repositoryArn("*")]);
  if (!first || "simulated" in first) {
    return { ...own, partial: [], simulated: first?.simulated ?? "no" };
  }
  const of = (wanted: string) =>
    repositoryActions.filter((action) => first.get(action)?.every((one) => one === wanted));
  const [allowed, denied, open] = [of("allowed"), of("explicitDeny"), of("implicitDeny")];
  const perhaps = await askEach(client, source ?? "", open, repositories, repositoryArn);
  return {
    allowed: [...own.allowed, ...allowed],
    absent: [...own.absent, ...denied, ...perhaps.nowhere],
    partial: perhaps.somewhere,
    simulated: "yes",
  };
}

async function askEach(
  client: Client,
  source: string,
  actions: readonly string[],
  repositories: Listed | null,
  repositoryArn: (name: string) => string,
): Promise<{ nowhere: readonly string[]; somewhere: readonly string[] }> {
  const neither = { nowhere: [], somewhere: [] };
  const names = repositories?.names.slice(0, mostRepositories) ?? [];
  if (!repositories || actions.length === 0 || names.length === 0) return neither;
  const each = await simulate(client, source, actions, names.map(repositoryArn));
  if ("simulated" in each) return neither;
  const isAll = repositories.isComplete && names.length === repositories.names.length;
  const isAllowed = (decision: string) => decision === "allowed";
  return {
    nowhere: isAll ? actions.filter((action) => each.get(action)?.some(isAllowed) === false) : [],
    somewhere: actions.filter((action) => each.get(action)?.some(isAllowed)),
  };
}

const decision = z.enum(["allowed", "explicitDeny", "implicitDeny"]);

/** One result per action, with each resource's inside; formerly one per action and resource (IAM API, EvaluationResult). */
const simulation = z.object({
  IsTruncated: z.boolean().nullish(),
  EvaluationResults: z.array(
    z.object({
      EvalActionName: z.string(),
      EvalDecision: decision,
      ResourceSpecificResults: z.array(z.object({ EvalResourceDecision: decision })).nullish(),
    }),
  ),
});

/** Action → its decisions, one for each resource; or why that is not known. */
export async function simulate(
  client: Client,
  source: string,
  actions: readonly string[],
  resources: readonly string[],
): Promise<ReadonlyMap<string, readonly z.infer<typeof decision>[]> | { simulated: "denied" | "no" }> {
  const answer = await client.simulate(source, actions, resources).catch(() => null);
  if (answer && isDenied(answer)) return { simulated: "denied" };
  const told = answer?.kind === "answered" ? simulation.safeParse(answer.output) : null;
  if (!told?.success || told.data.IsTruncated) return { simulated: "no" };
  const decisions = new Map<string, z.infer<typeof decision>[]>();
  for (const result of told.data.EvaluationResults) {
    const each = result.ResourceSpecificResults ?? [];
    // Of several resources the result itself tells the strictest only: denied may be allowed on all others.
    if (each.length === 0 && resources.length > 1) continue;
    const found = each.length > 0 ? each.map((one) => one.EvalResourceDecision) : [result.EvalDecision];
    decisions.set(result.EvalActionName, [...(decisions.get(result.EvalActionName) ?? []), ...found]);
  }
  return decisions;
}

const repositoryList = z.object({
  repositories: z.array(z.object({ repositoryName: z.string() })),
  nextToken: z.string().nullish(),
});

function readRepositories(output: unknown): Listed | null {
  const told = repositoryList.safeParse(output);
  if (!told.success) return null;
  return { names: told.data.repositories.map((one) => one.repositoryName), isComplete: !told.data.nextToken };
}
