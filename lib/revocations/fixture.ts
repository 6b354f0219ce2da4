import { addHost, type CredentialsFixture, createCredentialsFixture, storeInput } from "../credentials/fixture";
import { removeCredential } from "../credentials/remove";
import { storeCredential } from "../credentials/store";
import { type GitlabSimulator, startGitlabSimulator } from "../hosts/simulators/gitlab";
import type { SimulatorRequest, SimulatorResponse } from "../hosts/simulators/simulator";
import type { UserActor } from "../testing/actors";

/** A GitLab whose answers to a token's end the test decides, beside the two hosts of the credentials' fixture. */
export interface RevocationsFixture extends CredentialsFixture {
  lab: GitlabSimulator;
  labId: string;
  /** What is answered to DELETE of a token instead; null: what GitLab does. Until null. */
  onEnd(hook: ((request: SimulatorRequest) => SimulatorResponse | null) | null): void;
  /** Stores a token of somebody's for that GitLab, their own unless told otherwise. */
  addCredential(actor: UserActor, owner?: Parameters<typeof storeInput>[3]): Promise<{ id: string; token: string }>;
  receipts(): Promise<Record<string, unknown>[]>;
  /** Of one action, in order. */
  auditOf(action: string): Promise<{ outcome: string; details: Record<string, unknown>; actorType: string }[]>;
  /** As if everything about receipts had happened that long ago. */
  goBack(interval: string): Promise<void>;
}

export async function createRevocationsFixture(): Promise<RevocationsFixture> {
  let hook: Parameters<RevocationsFixture["onEnd"]>[0] = null;
  const f = await createCredentialsFixture();
  const pages = (request: SimulatorRequest) => (request.method === "DELETE" ? (hook?.(request) ?? null) : null);
  const lab = await startGitlabSimulator({ pages });
  const labId = await addHost(f.database, "gitlab", "Lab", lab.url);
  return {
    ...f,
    ...{ lab, labId },
    onEnd: (next) => {
      hook = next;
    },
    async addCredential(actor, more = {}) {
      const token = lab.addToken({ user: { username: actor.name.toLowerCase() } });
      const stored = await storeCredential(
        actor,
        storeInput(actor, labId, token, { confirm: ["missing-scopes"], ...more }),
      );
      if (!stored.ok) throw new Error(stored.error.message);
      return { id: stored.value.id, token };
    },
    receipts: () => f.database.query(`SELECT * FROM "Revocation" ORDER BY "requestedAt"`),
    auditOf: async (action) =>
      (await f.database.query(`SELECT outcome, details, "actorType" FROM "AuditEntry" WHERE action = $1 ORDER BY seq`, [
        action,
      ])) as Awaited<ReturnType<RevocationsFixture["auditOf"]>>,
    async goBack(interval) {
      for (const column of ["requestedAt", "checkedAt", "nextCheckAt"]) {
        await f.database.query(`UPDATE "Revocation" SET "${column}" = "${column}" - $1::interval`, [interval]);
      }
      await f.database.query(`UPDATE "Credential" SET "enteredAt" = "enteredAt" - $1::interval`, [interval]);
    },
    drop: async () => {
      await Promise.all([f.drop(), lab.close()]);
    },
  };
}

/** As a program: removes one credential with its end at the host, for a test that kills it in the middle of that. */
export const asProgram = "--as-a-removal";
if (process.argv.includes(asProgram)) {
  const [actor, credentialId = ""] = process.argv.slice(process.argv.indexOf(asProgram) + 1);
  const person = JSON.parse(actor ?? "") as UserActor;
  await removeCredential(person, { owner: { type: "user", id: person.id }, credentialId, revoke: {} });
  process.exit(0);
}
