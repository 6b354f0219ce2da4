import { Globe, UsersRound } from "lucide-react";
import { HostIcon } from "@/components/host-icon";
import { ListRow, RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { ScopeChip, ScopeChips } from "@/components/scope-chip";
import { StateIcon } from "@/components/state-icon";
import type { CredentialListRow } from "@/lib/credentials/list";
import { RotationText } from "../_rotations/rotation-text";
import { SshKeyPill } from "../_ssh-keys/ssh-key-pill";
import { usedAccount } from "./consequence";
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
      actions={data.mayManage ? <RowActions data={data} now={now} /> : undefined}
    >
      {credential && assessment ? (
        <>
          <CredentialText
            credential={credential}
            assessment={assessment}
            judgement={judgement}
            hostName={host.name}
            sshKey={host.gitOverSsh ? <SshKeyPill sshKey={row.sshKey} /> : null}
            tokenPage={guidedTypes(data)[0]?.guide.tokenPage?.url ?? null}
            mayManage={data.mayManage}
            now={now}
          />
          {row.rotation ? <RotationText facts={row.rotation} hostName={host.name} now={now} /> : null}
          <NotUsed row={row} />
        </>
      ) : (
        <NoCredential row={row} data={data} />
      )}
    </ListRow>
  );
}

/** That tools pass it over, and whom they act as instead. */
function NotUsed({ row: { credential, uses, closed, assessment } }: { row: CredentialListRow }) {
  const { used } = uses;
  if (used === null || used.id === credential?.id) return null;
  // That the policy closes it was said above, but of what is dead.
  const why = closed === null || assessment?.state === "bad" ? "Tools do not use it now." : null;
  return (
    <RowText>
      {why} {why === null ? "Tools" : "They"} act as {usedAccount(used).replace(/,$/, "")}.
    </RowText>
  );
}

function NoCredential({ row, data: { owner, mayManage } }: { row: CredentialListRow; data: RowData }) {
  const { global, required, closed, policy } = row;
  const used = row.uses.fallback;
  const isTeams = owner.startsWith("team:");
  const who = owner === "me" ? "you add your own" : "one is added here";
  const needsOwn = policy.globalUse === "must-not" && owner !== "site" && !isTeams && used === null;
  return (
    <>
      {used ? (
        <RowLine>
          <Pill tone="off" icon={used.teamName === null ? <Globe aria-hidden /> : <UsersRound aria-hidden />}>
            {used.teamName === null ? "global one is used" : "team’s one is used"}
          </Pill>
        </RowLine>
      ) : null}
      {closed !== null ? (
        <RowText>
          {closed}
          {global === null && policy.globalUse === "must" ? " There is none yet." : null}
          {global?.state === "bad" ? " It is rejected at the moment; site admins see that too." : null}
        </RowText>
      ) : (
        <RowText>
          {used ? (
            <>
              Tools act as{" "}
              <strong className="text-ink font-semibold">
                {used.login ?? (used.teamName === null ? "the global account" : "the account")}
              </strong>{" "}
              {used.teamName === null ? null : (
                <>
                  of the team <strong className="text-ink font-semibold">{used.teamName}</strong>{" "}
                </>
              )}
              {isTeams ? "for members without a token of their own " : ""}until {who}.{" "}
            </>
          ) : (
            "No credential. "
          )}
          {used === null && global?.state === "bad" ? "The global one is not accepted at the moment. " : null}
          {mayManage ? null : "A maintainer of the team can add one. "}
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
