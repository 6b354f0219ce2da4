import { Globe } from "lucide-react";
import { HostIcon } from "@/components/host-icon";
import { ListRow, RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { ScopeChip, ScopeChips } from "@/components/scope-chip";
import { StateIcon } from "@/components/state-icon";
import type { CredentialListRow } from "@/lib/credentials/list";
import { SshKeyPill } from "../_ssh-keys/ssh-key-pill";
import { CredentialText } from "./credential-text";
import { addressOf, guidedTypes } from "./guided-types";
import { RowActions } from "./row-actions";
import type { RowData } from "./row-data";

/** One code host: what is stored there, or what will be asked for before anything is added. */
export function CredentialRow({ row, data, now }: { row: CredentialListRow; data: RowData; now: string }) {
  const { host, state, credential, assessment } = row;
  return (
    <ListRow
      id={`host-${host.id}`}
      state={<StateIcon state={state} label={assessment?.word ?? "no credential"} />}
      icon={<HostIcon kind={host.kind} />}
      title={host.name}
      subtitle={<span className="break-all">{addressOf(data)}</span>}
      actions={<RowActions data={data} now={now} />}
    >
      {credential && assessment ? (
        <CredentialText
          credential={credential}
          assessment={assessment}
          hostName={host.name}
          sshKey={host.gitOverSsh ? <SshKeyPill sshKey={row.sshKey} /> : null}
          tokenPage={guidedTypes(data)[0]?.guide.tokenPage?.url ?? null}
          now={now}
        />
      ) : (
        <NoCredential row={row} owner={data.owner} />
      )}
    </ListRow>
  );
}

function NoCredential({ row, owner }: { row: CredentialListRow; owner: string }) {
  const { global, required } = row;
  const who = owner === "me" ? "you add your own" : "one is added here";
  return (
    <>
      {global ? (
        <RowLine>
          <Pill tone="off" icon={<Globe aria-hidden />}>
            global one is used
          </Pill>
        </RowLine>
      ) : null}
      <RowText>
        {global ? (
          <>
            Tools act as <strong className="text-ink font-semibold">{global.login ?? "the global account"}</strong>{" "}
            until {who}
            {global.state === "bad" ? ", but that one is rejected too" : ""}.{" "}
          </>
        ) : (
          "No credential. "
        )}
        {required.length > 0 ? "The tools ask for these scopes:" : "None of the enabled tools asks for a scope here."}
      </RowText>
      {required.length > 0 ? (
        <ScopeChips>
          {required.map(({ scope, neededBy }) => (
            <ScopeChip
              key={scope}
              name={scope}
              title={neededBy.map(({ consumer, why }) => `${consumer.name}: ${why}`).join("; ")}
            />
          ))}
        </ScopeChips>
      ) : null}
    </>
  );
}
