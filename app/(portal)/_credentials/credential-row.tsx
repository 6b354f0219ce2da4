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
  const { host, state, credential, assessment, judgement } = row;
  const isOverruled = judgement.broken.length > 0 && state !== assessment?.state;
  const word = isOverruled
    ? "breaks the policy"
    : (assessment?.word ?? (state === "none" ? "no credential" : "global one"));
  return (
    <ListRow
      id={`host-${host.id}`}
      state={<StateIcon state={state} label={word} />}
      icon={<HostIcon kind={host.kind} />}
      title={host.name}
      subtitle={<span className="break-all">{addressOf(data)}</span>}
      actions={<RowActions data={data} now={now} />}
    >
      {credential && assessment ? (
        <CredentialText
          credential={credential}
          assessment={assessment}
          judgement={judgement}
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
  const { global, required, closed, policy } = row;
  const who = owner === "me" ? "you add your own" : "one is added here";
  const needsOwn = policy.globalUse === "must-not" && owner !== "site" && !owner.startsWith("team:");
  return (
    <>
      {global ? (
        <RowLine>
          <Pill tone="off" icon={<Globe aria-hidden />}>
            global one is used
          </Pill>
        </RowLine>
      ) : null}
      {closed !== null ? (
        <RowText>
          {closed}
          {global === null ? " A site admin has not added it yet." : null}
          {global?.state === "bad" ? " It is rejected at the moment; site admins see that too." : null}
        </RowText>
      ) : (
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
          {needsOwn
            ? `${owner === "me" ? "You need one of your own here" : "They need one of their own here"}: the global credential is not used for people. `
            : null}
          {required.length > 0 ? "The tools ask for these scopes:" : "None of the enabled tools asks for a scope here."}
        </RowText>
      )}
      {closed === null && required.length > 0 ? (
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
