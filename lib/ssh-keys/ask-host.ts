import { connect } from "../code-hosts/connect";
import { openStored } from "../credentials/open";
import { accountOf } from "../credentials/summary";
import type { Account, Connection, Entered, HostSshKey, Refusal, SshKeyApi, SshUse } from "../hosts/adapter";
import { echoes } from "../hosts/host-said";
import { asRefusal } from "../hosts/http";
import { fail, ok, type Result } from "../result";
import type { Found } from "./find";
import { findKeyApi, type SshKeyRow } from "./ssh-key";

/**
 * The host's API for keys, asked with the credential's own token. What a host says is shown and stored, so an answer
 * that hands the token back is not taken.
 */
export interface KeyLine {
  list(): Promise<{ ok: true; keys: readonly HostSshKey[] } | Refusal>;
  /** The key's entry in the host's list, null when it is not there. */
  find(key: SshKeyRow): Promise<{ ok: true; entry: HostSshKey | null } | Refusal>;
  add(key: SshKeyRow, title: string): ReturnType<SshKeyApi["add"]>;
  remove(id: string): ReturnType<SshKeyApi["remove"]>;
}

/** Opens the token. Refuses, with the reason, what findKeyApi says cannot be asked. */
export async function openKeyLine(found: Found, use: SshUse): Promise<Result<KeyLine>> {
  const { permit, row, host, adapter } = found;
  const api = findKeyApi(adapter, row, use, host.baseUrl);
  const account = accountOf(row);
  if (!api.ok || !account) return fail("conflict", api.ok ? "Check the credential first." : api.why);
  const entered = await openStored(permit, row, host);
  if (!entered.ok) return entered;
  return ok(makeLine(api.api, connect(adapter, host), entered.value, account, use));
}

function makeLine(api: SshKeyApi, connection: Connection, entered: Entered, account: Account, use: SshUse): KeyLine {
  const name = new URL(connection.baseUrl).host;
  const secrets = [entered.token, ...Object.values(entered.secrets)];
  const guard = async <T>(answer: Promise<T>): Promise<T | Refusal> => {
    try {
      const value = await answer;
      return secrets.some((secret) => echoes(value, secret)) ? handsBack(name) : value;
    } catch (error) {
      return asRefusal(error, name);
    }
  };
  const list = () => guard(api.list(connection, entered, account, use));
  return {
    list,
    async find({ fingerprint, hostKeyId }) {
      const listed = await list();
      if (!listed.ok) return listed;
      const isIt = (entry: HostSshKey) => entry.fingerprint === fingerprint;
      // The id decides only among entries of the same key.
      const entry = listed.keys.find((one) => isIt(one) && one.id === hostKeyId) ?? listed.keys.find(isIt);
      return { ok: true, entry: entry ?? null };
    },
    add: ({ publicKey }, title) => guard(api.add(connection, entered, account, { publicKey, title, use })),
    remove: (id) => guard(api.remove(connection, entered, account, id, use)),
  };
}

function handsBack(name: string): Refusal {
  const message = `${name} hands the token back in its answer, as no code host does. Check the address.`;
  return { ok: false, reason: "unexpected", message, hostSaid: null, url: null, retryAt: null };
}
