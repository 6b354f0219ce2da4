import { openEntered } from "../credentials/entered";
import { addHost, type CredentialsFixture, createCredentialsFixture, storeInput } from "../credentials/fixture";
import { storeCredential } from "../credentials/store";
import type { Entered } from "../hosts/adapter";
import { type AwsSimulator, startAwsSimulator } from "../hosts/simulators/aws";
import type { AwsKey, AwsOptions } from "../hosts/simulators/aws-state";
import {
  type BitbucketDataCenterSimulator,
  startBitbucketDataCenterSimulator,
} from "../hosts/simulators/bitbucket-data-center";
import type { CodeHost } from "../prisma-client/client";
import { Secret } from "../secret";
import type { UserActor } from "../testing/actors";
import { runRotations } from "./run-rotations";

/** The credentials' fixture with an AWS and a Bitbucket Data Center beside, and what the tests of rotations look at again and again. */
export interface RotationsFixture extends CredentialsFixture {
  aws: AwsSimulator;
  awsOptions: AwsOptions;
  awsId: string;
  bitbucket: BitbucketDataCenterSimulator;
  storeBitbucket(actor: UserActor, token: string): Promise<string>;
  /** @returns the credential's id */
  storeGitlab(actor: UserActor, token: string): Promise<string>;
  storeGithub(actor: UserActor, token: string): Promise<string>;
  storeAws(actor: UserActor, key: AwsKey): Promise<string>;
  /** As a person does in the dialog. */
  replaceAws(actor: UserActor, credentialId: string, key: AwsKey): Promise<string>;
  /** The token in place, as its host would be sent it. */
  inPlace(credentialId: string): Promise<Entered>;
  /** The latest. */
  rotationOf(credentialId: string): Promise<Record<string, unknown> | undefined>;
  /** As if so much time had passed since everything that has to do with rotations. */
  pass(interval: string): Promise<void>;
  runJob(): Promise<string>;
  /** Requests that make a successor. */
  rotations(): number;
}

export async function createRotationsFixture(): Promise<RotationsFixture> {
  const awsOptions: AwsOptions = {};
  const [base, aws, bitbucket] = await Promise.all([
    createCredentialsFixture(),
    startAwsSimulator(awsOptions),
    startBitbucketDataCenterSimulator({ tokensReadThemselves: true }),
  ]);
  const bitbucketId = await addHost(base.database, "bitbucket-data-center", "Sim Bitbucket", bitbucket.baseUrl);
  const awsId = await addHost(base.database, "aws-codecommit", "Sim AWS", aws.baseUrl);
  const store = async (input: Parameters<typeof storeCredential>[1], actor: UserActor) => {
    const confirm = ["missing-scopes", "other-account"] as const;
    const stored = await storeCredential(actor, { ...input, confirm: [...confirm] });
    if (!stored.ok) throw new Error(stored.error.message);
    return stored.value.id;
  };
  const awsInput = (actor: UserActor, { id, secret }: AwsKey) =>
    storeInput(actor, awsId, secret, { type: "access-key", fields: { accessKeyId: new Secret(id) } });
  return {
    ...base,
    aws,
    awsOptions,
    bitbucket,
    storeBitbucket: (actor, token) =>
      store(storeInput(actor, bitbucketId, token, { type: "http-access-token" }), actor),
    awsId,
    storeGitlab: (actor, token) => store(storeInput(actor, base.gitlabId, token), actor),
    storeGithub: (actor, token) => store(storeInput(actor, base.githubId, token), actor),
    storeAws: (actor, key) => store(awsInput(actor, key), actor),
    replaceAws: (actor, credentialId, key) => store({ ...awsInput(actor, key), credentialId }, actor),
    async inPlace(credentialId) {
      const [row] = await base.database.query(
        `SELECT c.*, h."baseUrl" FROM "Credential" c JOIN "CodeHost" h ON h.id = c."codeHostId" WHERE c.id = $1`,
        [credentialId],
      );
      return await openEntered(row as never, row as unknown as CodeHost);
    },
    async rotationOf(credentialId) {
      const [row] = await base.database.query(
        `SELECT * FROM "Rotation" WHERE "credentialId" = $1 ORDER BY "startedAt" DESC LIMIT 1`,
        [credentialId],
      );
      return row;
    },
    async pass(interval) {
      await base.database.query(`
        UPDATE "Rotation" SET "startedAt" = "startedAt" - '${interval}'::interval,
          "answeredAt" = "answeredAt" - '${interval}'::interval, "retireAt" = "retireAt" - '${interval}'::interval,
          "claimedUntil" = "claimedUntil" - '${interval}'::interval`);
    },
    runJob: () => runRotations(new AbortController().signal),
    rotations: () =>
      base.gitlab.requests.filter(({ method, path }) => method === "POST" && path.endsWith("/rotate")).length +
      aws.requests.filter(({ body }) => body.startsWith("Action=CreateAccessKey")).length,
    async drop() {
      await Promise.all([aws.close(), bitbucket.close()]);
      await base.drop();
    },
  };
}
