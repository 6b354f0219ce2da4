import { CircleCheck, KeyRound } from "lucide-react";
import { LinkButton } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { HostIcon } from "@/components/host-icon";
import { List, ListRow, RowLine, RowText } from "@/components/list";
import { Notice } from "@/components/notice";
import { Pill } from "@/components/pill";
import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import { accountName } from "@/lib/credentials/account-name";
import { listNeedingYou, type NeedingYou, type NeedingYouList } from "@/lib/dashboard/needs-you";
import type { SignedInActor } from "@/lib/session";
import { joined } from "../_credentials/wording";

const SHOWN = 8;

/** What needs this person today, each with the page where it is put right. */
export async function NeedsYou({ actor }: { actor: SignedInActor }) {
  const list = await listNeedingYou(actor);
  if (!list.ok) return <Notice tone="bad">{list.error.message}</Notice>;
  const { rows, now } = list.value;
  if (rows.length === 0) return <NothingToDo list={list.value} />;
  return (
    <section aria-labelledby="needs-you" className="mb-8">
      <h2 id="needs-you" className="mb-3 text-lg font-semibold">
        {rows.length === 1 ? "1 credential needs you" : `${rows.length.toLocaleString("en")} credentials need you`}
      </h2>
      <List label="Needs you">
        {rows.slice(0, SHOWN).map((row) => (
          <NeedingRow key={row.credentialId} row={row} now={now} />
        ))}
      </List>
      {rows.length > SHOWN ? (
        <p className="text-muted mt-3 text-sm">
          {(rows.length - SHOWN).toLocaleString("en")} more are marked on{" "}
          <TextLink href="/settings/credentials?state=needs-you">your credentials</TextLink> and those of your teams.
        </p>
      ) : null}
    </section>
  );
}

function NeedingRow({ row, now }: { row: NeedingYou; now: string }) {
  const { host, state, word } = row;
  const whose = row.owner === "site" ? "global" : row.teamName ? `team ${row.teamName}` : null;
  return (
    <ListRow
      state={<StateIcon state={state} label={word} />}
      icon={<HostIcon kind={host.kind} />}
      title={host.name}
      subtitle={
        <>
          {row.login ? accountName(row.login) : "account not told"}
          {whose ? ` · ${whose}` : ""}
        </>
      }
      actions={
        <LinkButton href={placeOf(row)} aria-label={`Open the token for ${host.name}${whose ? `, ${whose}` : ""}`}>
          Open
        </LinkButton>
      }
    >
      <RowLine>
        <Pill tone={state}>{word}</Pill>
        {row.expiresAt && (state === "warn" || row.expiresAt <= now) ? (
          <span className="text-muted text-sm">
            {row.expiresAt <= now ? "ended" : "ends"} <Time at={row.expiresAt} now={now} />
          </span>
        ) : null}
      </RowLine>
      <RowText>{sentenceOf(row)}</RowText>
    </ListRow>
  );
}

function sentenceOf({ detail, missing, failing, word }: NeedingYou): string {
  const tools = failing.length > 0 ? `${joined(failing)} cannot work with it. ` : "";
  if (detail) return `${tools}${detail}`;
  if (missing.length > 0) return `${tools}It lacks ${joined(missing)}.`;
  return `${tools}${word === "enter it again" ? "The address of the code host has changed." : "Make a new token and replace it."}`;
}

function placeOf({ owner, host, teamName }: NeedingYou): string {
  const search = `?q=${encodeURIComponent(host.name)}#host-${host.id}`;
  if (owner === "site") return `/admin/credentials${search}`;
  return teamName ? `/teams/${owner.slice("team:".length)}/credentials${search}` : `/settings/credentials${search}`;
}

function NothingToDo({ list: { total, unclear, next, now } }: { list: NeedingYouList }) {
  if (total === 0) {
    return (
      <div className="mb-8">
        <EmptyState
          icon={<KeyRound aria-hidden />}
          title="You have no tokens here yet"
          action={
            <LinkButton variant="primary" href="/settings/credentials">
              Add your first token
            </LinkButton>
          }
        >
          Add one for each code host that you work on. You see at once whether it works, for which tools, and until
          when.
        </EmptyState>
      </div>
    );
  }
  return (
    <section aria-label="Needs you" className="border-line bg-panel mb-8 flex gap-3.5 rounded-lg border px-5 py-4.5">
      <CircleCheck aria-hidden className="text-ok mt-0.5 size-5 shrink-0" />
      <div>
        <h2 className="font-semibold">Nothing needs you today</h2>
        <p className="text-muted">
          {next ? (
            <>
              The next to end is the token for {next.hostName}, <Time at={next.expiresAt} now={now} />.
            </>
          ) : (
            "None of your tokens has an end that is known."
          )}{" "}
          {unclear > 0 ? (
            <TextLink href="/settings/credentials?state=unclear">
              {unclear === 1 ? "For 1 of them it cannot be told" : `For ${unclear} of them it cannot be told`}
            </TextLink>
          ) : null}
        </p>
      </div>
    </section>
  );
}
