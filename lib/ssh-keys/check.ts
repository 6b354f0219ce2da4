import type { Actor } from "../authz";
import { knownHostKeys, sshEndpointOf } from "../code-hosts/host-keys-known";
import { env } from "../env";
import type { HostSshKey } from "../hosts/adapter";
import { isSshUser } from "../hosts/ssh/address";
import { tryLogin } from "../hosts/ssh/try-login";
import { ok, type Result } from "../result";
import { openKeyLine } from "./ask-host";
import { type Found, findKey } from "./find";
import { judgeKey, type Witnesses } from "./judge-key";
import { outrun } from "./make";
import { unsealPrivateKey } from "./seal-key";
import { findKeyApi, type SshKeyPoint, type SshKeyRow, type SshKeySummary, summariseKey } from "./ssh-key";
import { writeState } from "./write-state";

/**
 * Asks whether the host knows the key: by its list where it has one, and by signing in over SSH where the server's host
 * keys are known. Signing in runs no command.
 */
export async function checkSshKey(actor: Actor, point: SshKeyPoint): Promise<Result<SshKeySummary>> {
  const found = await findKey(actor, point);
  if (!found.ok) return found;
  const { key, row, host, adapter } = found.value;
  const askList = async (): Promise<Result<Witnesses["listed"]>> => {
    if (!findKeyApi(adapter, row, point.use, host.baseUrl).ok) return ok(null);
    const line = await openKeyLine(found.value, point.use);
    return line.ok ? ok(await line.value.find(key)) : line;
  };
  const listed = await askList();
  if (!listed.ok) return listed;
  const entry = listed.value?.ok ? listed.value.entry : null;
  const login = point.use === "git" ? await askServer(found.value, key, entry) : ok(null);
  if (!login.ok) return login;
  const judged = judgeKey({ listed: listed.value, login: login.value, name: host.name });
  const learnt = { ...judged, ...learnFromList(listed.value) };
  const details = { result: judged.state, login: spell(login.value), listed: entry !== null };
  const outcome = judged.state === "known" ? "ok" : "failed";
  const stored = await writeState(found.value, key, learnt, { action: "ssh-key.check", outcome, details });
  return stored ? ok(summariseKey(stored, found.value)) : outrun();
}

function learnFromList(listed: Witnesses["listed"]) {
  if (!listed?.ok) return {};
  const { entry } = listed;
  if (!entry) return { hostKeyId: null };
  return { hostKeyId: entry.id, ...(entry.user !== null && isSshUser(entry.user) ? { sshUser: entry.user } : {}) };
}

/** Signs in as the host's list says, else as was stored, else as everybody does there. */
async function askServer(
  found: Found,
  key: SshKeyRow,
  entry: HostSshKey | null,
): Promise<Result<Exclude<Witnesses["login"], null>>> {
  const { permit, host } = found;
  const endpoint = sshEndpointOf(host);
  if (!endpoint.ok) return ok({ ok: false, reason: "not-tried", message: endpoint.error.message });
  const listedUser = entry?.user != null && isSshUser(entry.user) ? entry.user : null;
  const user = listedUser ?? key.sshUser ?? endpoint.value.user;
  if (user === null) {
    const message = `${host.name} gives each key a user name of its own. Enter the one that it shows for this key.`;
    return ok({ ok: false, reason: "not-tried", message });
  }
  const known = await knownHostKeys(permit, host, endpoint.value);
  const privateKey = await unsealPrivateKey(found, key);
  if (!privateKey.ok) return privateKey;
  const { allowedNetworks } = env();
  return ok(await tryLogin(endpoint.value, user, privateKey.value, known, { allowedNetworks }));
}

function spell(login: Witnesses["login"]): string {
  if (login === null) return "none";
  return login.ok ? login.state : login.reason;
}
