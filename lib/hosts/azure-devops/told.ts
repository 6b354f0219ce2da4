import { z } from "zod";
import type { Account } from "../adapter";
import type { Reply } from "./client";
import { anonymousId, bodyOf, isAzures } from "./refusals";

/**
 * Reads what Azure DevOps tells: who the token is, projects, repositories, permissions. Only JSON with status 200
 * counts; a sign-in page that is called success does not. A body of another shape is null.
 */
export type Identity = { kind: "known"; account: Account } | { kind: "anonymous"; said: string };

const text = z.string().min(1).max(500);

const connectionBody = z.object({
  authenticatedUser: z.object({
    id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i),
    descriptor: text.nullish(),
    providerDisplayName: text.nullish(),
    customDisplayName: text.nullish(),
    properties: z.object({ Account: z.object({ $value: z.string().max(500) }).optional() }).nullish(),
  }),
  deploymentType: z.union([z.string(), z.number()]).nullish(),
});

export function readConnection(reply: Reply): Identity | null {
  const parsed = connectionBody.safeParse(jsonOf(reply));
  if (!parsed.success) return null;
  const { id, descriptor, providerDisplayName, customDisplayName, properties } = parsed.data.authenticatedUser;
  if (id.toLowerCase() === anonymousId || /^System:(PublicAccess|Anonymous)/i.test(descriptor ?? "")) {
    return { kind: "anonymous", said: descriptor ?? id };
  }
  return {
    kind: "known",
    account: asAccount(id, properties?.Account?.$value, customDisplayName ?? providerDisplayName, descriptor),
  };
}

/** The header is there only for those whom Azure DevOps knows: "{id}:{account}". */
export function readUserData(reply: Reply): Account | null {
  if (!("answer" in reply) || !isAzures(reply.answer)) return null;
  const [, id, account] = /^([0-9a-f-]{36}):(.{1,200})$/i.exec(reply.answer.headers["x-vss-userdata"] ?? "") ?? [];
  return id && id.toLowerCase() !== anonymousId ? asAccount(id, account, null, null) : null;
}

function asAccount(
  id: string,
  login: string | undefined,
  name: string | null | undefined,
  descriptor: string | null | undefined,
): Account {
  const isBot = /ServiceIdentity|ServicePrincipal|System:ServicePrincipal/i.test(descriptor ?? "");
  return {
    id,
    login: login && /^[^@\s\p{Cc}][^\s\p{Cc}]*$/u.test(login) ? login : id,
    name: name ?? null,
    url: null,
    isBot,
  };
}

export function readDeployment(reply: Reply): "services" | "server" | null {
  const parsed = connectionBody.safeParse(jsonOf(reply));
  const type = parsed.success ? parsed.data.deploymentType : null;
  if (typeof type !== "string") return null;
  return /^hosted$/i.test(type) ? "services" : /^onPremises$/i.test(type) ? "server" : null;
}

const named = z.object({ id: text, name: text });
const repositoryBody = named.extend({ project: named, isDisabled: z.boolean().nullish() });
export type Repository = z.infer<typeof repositoryBody>;

export function readProjects(reply: Reply): z.infer<typeof named>[] | null {
  return readList(reply, named);
}

export function readRepositories(reply: Reply): Repository[] | null {
  return readList(reply, repositoryBody);
}

export function readRepository(reply: Reply): Repository | null {
  const parsed = repositoryBody.safeParse(jsonOf(reply));
  return parsed.success ? parsed.data : null;
}

/** One answer to one question: a bare list, or one in an envelope. */
export function readPermission(reply: Reply): boolean | null {
  const json = jsonOf(reply);
  const bare = z.tuple([z.boolean()]).safeParse(json);
  const wrapped = z.object({ value: z.tuple([z.boolean()]) }).safeParse(json);
  return bare.data?.[0] ?? wrapped.data?.value[0] ?? null;
}

/** A list in its envelope, whatever is in it. */
export function isList(reply: Reply): boolean {
  return readList(reply, z.unknown()) !== null;
}

function readList<Row>(reply: Reply, row: z.ZodType<Row>): Row[] | null {
  const parsed = z.object({ count: z.number(), value: z.array(row) }).safeParse(jsonOf(reply));
  return parsed.success ? parsed.data.value : null;
}

export type GitAnswer = "yes" | "no-permission" | "no-scope" | "unknown";

/** Git's list of references; a refusal for want of permission stands in the lines of its protocol. */
export function readGit(reply: Reply, service: string): GitAnswer {
  if (!("answer" in reply)) return "unknown";
  const { status, headers, text: body } = reply.answer;
  if (status === 200) {
    const isGit = headers["content-type"]?.startsWith(`application/x-${service}-advertisement`);
    return isGit && body.slice(4).startsWith(`# service=${service}`) ? "yes" : "unknown";
  }
  // The line's length stands right before it: 00aaTF401027.
  if (status === 403 && body.includes("TF401027")) return "no-permission";
  return status === 401 && isAzures(reply.answer) ? "no-scope" : "unknown";
}

/** TF401019, TF200016 and their like: not there, or not for this account. */
export function isMissing(reply: Reply): boolean {
  if (!("answer" in reply) || reply.answer.status !== 404) return false;
  return /^(TF\d{6}|VS\d{6,})\b/.test(bodyOf(reply.answer)?.message ?? "");
}

function jsonOf(reply: Reply): unknown {
  return "answer" in reply && reply.answer.status === 200 ? reply.answer.json : undefined;
}

export function retryAfter(replies: readonly Reply[]): boolean {
  return replies.some(
    (reply) => "answer" in reply && reply.answer.status === 200 && reply.answer.headers["retry-after"] !== undefined,
  );
}

/** Year of the release by the highest api-version; null for what is newer than Forgepass. */
export function releaseName(max: string | undefined): { product: string; version: string } | null {
  const server = { "5.0": "2019", "5.1": "2019.1", "6.0": "2020", "7.0": "2022", "7.1": "2022.1" };
  const tfs = {
    "2.0": "2015",
    "2.1": "2015",
    "2.2": "2015",
    "2.3": "2015",
    "3.0": "2017",
    "3.1": "2017.1",
    "3.2": "2017.2",
    "4.0": "2018",
    "4.1": "2018.2",
  };
  for (const [product, names] of [
    ["Azure DevOps Server", server],
    ["Team Foundation Server", tfs],
  ] as const) {
    const version = new Map(Object.entries(names)).get(max ?? "");
    if (version) return { product, version };
  }
  return null;
}
