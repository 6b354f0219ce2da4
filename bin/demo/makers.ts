import { randomBytes } from "node:crypto";
import { type AwsSimulator, startAwsSimulator } from "../../lib/hosts/simulators/aws";
import { type AzureDevopsSimulator, startAzureDevopsSimulator } from "../../lib/hosts/simulators/azure-devops";
import type { AzureDevopsOptions } from "../../lib/hosts/simulators/azure-devops-state";
import { type BitbucketCloudSimulator, startBitbucketCloudSimulator } from "../../lib/hosts/simulators/bitbucket-cloud";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../../lib/hosts/simulators/bitbucket-data-center";
import { type GerritSimulator, startGerritSimulator } from "../../lib/hosts/simulators/gerrit";
import { type GiteaSimulator, startGiteaSimulator } from "../../lib/hosts/simulators/gitea";
import type { SimulatorRequest } from "../../lib/hosts/simulators/simulator";
import { type Entry, inDays, neededScopes, type Wish } from "./entry";
import { onFixedPort } from "./ports";
import { keyPage, tokenPages } from "./token-pages";

/**
 * The demo's code hosts of all kinds but GitHub and GitLab, each with the same two verbs, so that samples, stored
 * credentials and token pages come from one place: `make` a credential of somebody's, and `forget` it.
 */
export interface Maker {
  make(wish: Wish): Entry;
  /** As when its owner deletes it at the code host. */
  forget(entry: Entry): void;
}

export async function bitbucketCloud(port: number, name: string) {
  const kind = "bitbucket-cloud";
  const pages = tokenPages(kind, () => host);
  const simulator: BitbucketCloudSimulator = await onFixedPort(port, (port) =>
    startBitbucketCloudSimulator({ port, pages }),
  );
  simulator.addRepository("acme/app", { members: { alice: "write", bob: "write", "svc-batch": "write" } });
  const host = {
    ...{ ...simulator, kind, name, repository: "acme/app" },
    make: ({ login, scopes = neededScopes(kind) }: Wish): Entry => ({
      token: simulator.addToken({ user: { username: login }, scopes: [...scopes] }),
      type: "api-token",
      fields: { email: `${login}@example.com` },
    }),
    forget: ({ token }: Entry) => simulator.revokeToken(token),
  };
  return host;
}

export async function bitbucketDataCenter(port: number, name: string) {
  const kind = "bitbucket-data-center";
  const pages = tokenPages(kind, () => host);
  const simulator: BitbucketDataCenterSimulator = await onFixedPort(port, (port) =>
    startBitbucketDataCenterSimulator({ port, pages, contextPath: "/bitbucket", version: "9.4.5" }),
  );
  simulator.addProject({ key: "ACME", access: { alice: 2, bob: 2, "svc-batch": 2 } });
  simulator.addRepository("ACME/app");
  const host = {
    ...{ ...simulator, kind, name, repository: "ACME/app" },
    make: ({ login, scopes = neededScopes(kind), days = 90 }: Wish): Entry => ({
      token: simulator.addToken({
        user: { name: login },
        permissions: [...scopes],
        expiryDays: days,
        createdAt: Date.now(),
      }),
      type: "http-access-token",
      fields: {},
    }),
    forget: ({ token }: Entry) => simulator.revokeToken(token),
  };
  return host;
}

/** Read, contribute, create branches, contribute to pull requests. */
const contributor = 2 + 4 + 16 + 16384;

export async function azureDevops(port: number, name: string, options: AzureDevopsOptions = {}) {
  const isServices = options.product === undefined;
  const kind = isServices ? "azure-devops" : "azure-devops-server";
  const keys: { key: string }[] = [];
  const account = (login: string) => (isServices ? `${login}@example.com` : login);
  const ownPages = tokenPages(kind, () => host);
  const pages = (request: SimulatorRequest) => keyPage(request, (key) => keys.push({ key })) ?? ownPages(request);
  const simulator: AzureDevopsSimulator = await onFixedPort(port, (port) =>
    startAzureDevopsSimulator({ ...options, port, pages }),
  );
  const logins = ["alice", "bob", "svc-batch"].map(account);
  simulator.addRepository("shop/web app", Object.fromEntries(logins.map((login) => [login, contributor])));
  const host = {
    ...{ ...simulator, kind, name, repository: "shop/web app" },
    sshKeys: () => keys,
    make: ({ login, scopes = neededScopes(kind) }: Wish): Entry => ({
      token: simulator.addToken({
        user: { account: account(login), isService: login.startsWith("svc-") },
        scopes: [...scopes],
      }),
      type: null,
      fields: {},
    }),
    forget: ({ token }: Entry) => simulator.revokeToken(token),
  };
  return host;
}

/** What a key may ask about itself. */
const aboutItself = ["iam:SimulatePrincipalPolicy", "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"];

export async function awsCodecommit(port: number, name: string) {
  const kind = "aws-codecommit";
  // Its console is elsewhere, so that none of its pages are here.
  const simulator: AwsSimulator = await onFixedPort(port, (port) => startAwsSimulator({ port, region: "eu-west-1" }));
  simulator.addRepository("app");
  return {
    ...{ ...simulator, kind, name, repository: "app" },
    /** A key has no permissions of its own: these are its user's from then on. */
    make({ login, scopes = [...neededScopes(kind), ...aboutItself] }: Wish): Entry {
      const key = simulator.addKey({
        user: { name: login, statements: [{ effect: "Allow", actions: [...scopes], resources: ["*"] }] },
        createdAt: inDays(-20),
        lastUsed: { at: inDays(-2), service: "codecommit", region: "eu-west-1" },
      });
      return { token: key.secret, type: "access-key", fields: { accessKeyId: key.id } };
    },
    forget: ({ fields }: Entry) => simulator.deleteKey(fields.accessKeyId ?? ""),
  };
}

export async function gitea(port: number, name: string, product: "gitea" | "forgejo" = "gitea") {
  const pages = tokenPages(product, () => host);
  const simulator: GiteaSimulator = await onFixedPort(port, (port) => startGiteaSimulator({ product, port, pages }));
  simulator.addRepository({ path: "acme/app", members: { alice: "write", bob: "write", "svc-batch": "write" } });
  const host = {
    ...{ ...simulator, kind: product, name, repository: "acme/app" },
    make: ({ login, scopes = neededScopes(product) }: Wish): Entry => ({
      token: simulator.addToken({ user: { login }, scopes: [...scopes], createdAt: new Date().toISOString() }),
      type: null,
      fields: {},
    }),
    forget: ({ token }: Entry) => simulator.revokeToken(token),
  };
  return host;
}

export async function gerrit(port: number, name: string) {
  const kind = "gerrit";
  const pages = tokenPages(kind, () => host);
  const simulator: GerritSimulator = await onFixedPort(port, (port) =>
    startGerritSimulator({ port, pages, subPath: "/r" }),
  );
  const sections = { "refs/*": { push: { rules: { outsiders: { action: "BLOCK" as const } } } } };
  simulator.addProject({ name: "tools/build", sections });
  simulator.addUser({ username: "carol", groups: ["outsiders"] });
  const host = {
    ...{ ...simulator, kind, name, repository: "tools/build" },
    make: ({ login, days = 90 }: Wish): Entry => ({
      token: simulator.addToken({
        user: { username: login, isServiceUser: login.startsWith("svc-") },
        value: randomBytes(30).toString("base64"),
        expiration: days === null ? null : inDays(days),
      }),
      type: "token",
      fields: { username: login },
    }),
    forget: ({ token }: Entry) => simulator.revokeToken(token),
  };
  return host;
}
