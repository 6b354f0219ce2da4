import { Check, CircleHelp, CircleX, Scale, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { Code, ScopeChip, ScopeChips } from "@/components/scope-chip";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import { accountName } from "@/lib/credentials/account-name";
import type { Assessment } from "@/lib/credentials/assessment";
import type { CredentialSummary } from "@/lib/credentials/summary";
import type { Judgement } from "@/lib/policy/judge";
import { joined, quoted, riskSentence } from "./wording";

const SHOWN_SCOPES = 12;
/** Scopes beyond what is needed are counted after these. */
const SHOWN_EXCESS = 6;
const SHOWN_RISKS = 3;
const RISKS = ["admin", "write", null, "read"];

/** What is known of a stored credential, in the order in which somebody asks: who, does it work, for what, until when. */
export function CredentialText({
  credential,
  assessment,
  judgement,
  hostName,
  sshKey,
  tokenPage,
  mayManage,
  now,
}: {
  credential: CredentialSummary;
  assessment: Assessment;
  judgement: Judgement;
  hostName: string;
  /** A pill about the key for git over SSH. */
  sshKey: ReactNode;
  tokenPage: string | null;
  /** False: whoever looks can only be told. */
  mayManage: boolean;
  now: string;
}) {
  return (
    <>
      <RowLine>
        <AccountName credential={credential} />
        {credential.prefix || credential.lastFour ? (
          <Code className="text-muted">
            {credential.prefix}…{credential.lastFour}
          </Code>
        ) : null}
        <StatePill assessment={assessment} />
        {judgement.broken.length > 0 ? (
          <Pill tone="warn" icon={<Scale aria-hidden />}>
            breaks the policy
          </Pill>
        ) : null}
        {sshKey}
      </RowLine>
      <p className="text-muted text-sm break-words">
        {credential.typeName}
        {credential.fields.map(({ id, label, value }) => (
          <span key={id}>
            {" "}
            · {label} <Code>{value}</Code>
          </span>
        ))}
      </p>
      <Scopes credential={credential} assessment={assessment} />
      <Consumers assessment={assessment} />
      <Trouble credential={credential} hostName={hostName} now={now} />
      {assessment.state === "bad" ? null : (
        // Of a token that is dead there is nothing more to say.
        <>
          <MissingScopes assessment={assessment} tokenPage={tokenPage} mayManage={mayManage} />
          <ExcessScopes assessment={assessment} />
          {[...judgement.broken, ...judgement.untold].map(({ rule, sentence }) => (
            <RowText key={rule}>{sentence}</RowText>
          ))}
          {credential.notes.map((note) => (
            <RowText key={note}>{note}</RowText>
          ))}
        </>
      )}
      <Probed credential={credential} now={now} />
      <Times credential={credential} assessment={assessment} now={now} />
    </>
  );
}

function AccountName({ credential: { account, outcome } }: { credential: CredentialSummary }) {
  if (!account)
    return <span className="text-muted">account {outcome === "unchecked" ? "not known yet" : "not told"}</span>;
  const name = <span className="font-semibold">{accountName(account.login)}</span>;
  return account.url ? (
    <TextLink href={account.url} external className="no-underline! hover:underline!">
      {name}
    </TextLink>
  ) : (
    name
  );
}

const PILLS = {
  ok: <Check aria-hidden />,
  warn: <TriangleAlert aria-hidden />,
  bad: <CircleX aria-hidden />,
  off: <CircleHelp aria-hidden />,
};

function StatePill({ assessment: { state, word, consumers } }: { assessment: Assessment }) {
  const works = consumers.filter(({ suffices }) => suffices === "yes").length;
  const text =
    state === "ok" && consumers.length > 0
      ? `works for ${works} of ${consumers.length} ${consumers.length === 1 ? "tool" : "tools"}`
      : word;
  return (
    <Pill tone={state} icon={PILLS[state]}>
      {text}
    </Pill>
  );
}

function Scopes({
  credential: { scopes, scopesPartial },
  assessment,
}: {
  credential: CredentialSummary;
  assessment: Assessment;
}) {
  const excess = new Set(gravestFirst(assessment.excess).map(({ scope }) => scope));
  const granted = (scopes ?? []).filter((scope) => !excess.has(scope));
  const { missing, unknown } = assessment;
  if (granted.length + missing.length + unknown.length + excess.size === 0) {
    return scopes && !scopesPartial ? <RowText>It has no scopes: it reads what is public.</RowText> : null;
  }
  return (
    <ScopeChips more={Math.max(0, granted.length - SHOWN_SCOPES) + Math.max(0, excess.size - SHOWN_EXCESS)}>
      {granted.slice(0, SHOWN_SCOPES).map((scope) => (
        <ScopeChip key={scope} name={scope} status="granted" />
      ))}
      {missing.map(({ scope }) => (
        <ScopeChip key={scope} name={scope} status="missing" />
      ))}
      {unknown.map(({ scope }) => (
        <ScopeChip key={scope} name={scope} status="unknown" />
      ))}
      {[...excess].slice(0, SHOWN_EXCESS).map((scope) => (
        <ScopeChip key={scope} name={scope} status="excess" />
      ))}
    </ScopeChips>
  );
}

const SUFFICES = {
  yes: { icon: <Check aria-hidden className="text-ok" />, word: "enough for" },
  no: { icon: <X aria-hidden className="text-warn" />, word: "not enough for" },
  unknown: { icon: <CircleHelp aria-hidden />, word: "cannot be told for" },
};

/** For which of the enabled tools it is enough. */
function Consumers({ assessment: { consumers } }: { assessment: Assessment }) {
  if (consumers.length === 0) return null;
  return (
    <ul aria-label="Tools" className="text-muted flex flex-wrap gap-x-3.5 gap-y-0.5 text-sm">
      {consumers.map(({ id, name, suffices }) => (
        <li key={id} className="inline-flex items-center gap-1 [&>svg]:size-3.5">
          {SUFFICES[suffices].icon}
          <span className="sr-only">{SUFFICES[suffices].word} </span>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** What went wrong at the last check, with the host's own words and what to do. */
function Trouble({ credential, hostName, now }: { credential: CredentialSummary; hostName: string; now: string }) {
  if (credential.isMoved) {
    return (
      <RowText>
        The address of {hostName} has changed since this token was entered, so it is not used. Replace it to go on.
      </RowText>
    );
  }
  if (credential.outcome === "valid") return null;
  if (credential.outcome === "unchecked") {
    return (
      <RowText>{hostName} did not answer when it was added. It is checked again by itself, or press Check.</RowText>
    );
  }
  const { outcomeDetail, hostSaid, outcomeUrl, retryAt, validAt } = credential;
  return (
    <RowText>
      {outcomeDetail}
      {hostSaid ? ` ${quoted(hostName, hostSaid)}` : null}
      {retryAt ? (
        <>
          {" "}
          It may be asked again <Time at={retryAt} now={now} />.
        </>
      ) : null}
      {outcomeUrl ? (
        <>
          {" "}
          <TextLink href={outcomeUrl} external>
            Put it right on {hostName}
          </TextLink>
          .
        </>
      ) : null}
      {validAt ? (
        <>
          {" "}
          It last worked <Time at={validAt} now={now} />.
        </>
      ) : null}
    </RowText>
  );
}

function MissingScopes({
  assessment,
  tokenPage,
  mayManage,
}: {
  assessment: Assessment;
  tokenPage: string | null;
  mayManage: boolean;
}) {
  const { missing, consumers } = assessment;
  if (missing.length === 0) return null;
  const works = consumers.filter(({ suffices }) => suffices === "yes").map(({ name }) => name);
  return (
    <>
      {missing.map(({ scope, neededBy }) => (
        <RowText key={scope}>
          <span className="text-warn font-medium">{scope}</span> is needed by{" "}
          {joined(neededBy.map(({ consumer, why }) => `${consumer.name} ${why}`))}.
        </RowText>
      ))}
      <RowText>
        {works.length > 0 ? `It works for ${joined(works)} only. ` : ""}
        {!mayManage ? (
          "A maintainer of the team can replace it"
        ) : tokenPage ? (
          <TextLink href={tokenPage} external>
            Make a token with {missing.length === 1 ? "it" : "all of them"}
          </TextLink>
        ) : (
          "Make a token with all of them"
        )}
        {mayManage ? ", then replace this one." : "."}
      </RowText>
    </>
  );
}

function ExcessScopes({ assessment: { excess } }: { assessment: Assessment }) {
  const risky = gravestFirst(excess.filter(({ risk }) => risk !== "read"));
  if (risky.length === 0) return null;
  const more = risky.length - SHOWN_RISKS;
  return (
    <>
      {risky.slice(0, SHOWN_RISKS).map(({ scope, meaning, danger }) => (
        <RowText key={scope}>
          <span className="text-ink font-medium">{scope}</span> is more than the tools need.{" "}
          {riskSentence({ danger, meaning })}
        </RowText>
      ))}
      {more > 0 ? (
        <RowText>
          {more === 1 ? "Another one that changes things is" : `${more} others that change things are`} more than the
          tools need, too.
        </RowText>
      ) : null}
    </>
  );
}

function gravestFirst(excess: Assessment["excess"]): Assessment["excess"] {
  return [...excess].sort((a, b) => RISKS.indexOf(a.risk) - RISKS.indexOf(b.risk));
}

function Probed({ credential: { probe }, now }: { credential: CredentialSummary; now: string }) {
  if (!probe) return null;
  const answers = { yes: "yes", no: "no", unknown: "cannot be told" };
  return (
    <RowText>
      On <Code>{probe.repository}</Code>:{" "}
      {probe.abilities.map(({ ability, answer }) => `${ability} ${answers[answer]}`).join(", ")} (asked{" "}
      <Time at={probe.at} now={now} />)
    </RowText>
  );
}

function Times({
  credential,
  assessment,
  now,
}: {
  credential: CredentialSummary;
  assessment: Assessment;
  now: string;
}) {
  const { expiry, checkedAt, lastUsedAt } = credential;
  const parts: ReactNode[] = [];
  if (expiry.at) {
    const soon = assessment.endsSoon || assessment.isExpired ? "text-warn font-medium" : undefined;
    parts.push(
      <span key="ends" className={soon}>
        {assessment.isExpired ? "Ended" : "Ends"} <Time at={expiry.at} now={now} />
      </span>,
    );
  } else
    parts.push(expiry.known ? "Never ends" : credential.outcome === "unchecked" ? "End not known yet" : "End not told");
  parts.push(
    checkedAt ? (
      <span key="checked">
        checked <Time at={checkedAt} now={now} />
      </span>
    ) : (
      "never checked"
    ),
  );
  parts.push(
    lastUsedAt ? (
      <span key="used">
        used <Time at={lastUsedAt} now={now} />
      </span>
    ) : (
      "not used yet"
    ),
  );
  return <RowText>{parts.flatMap((part, index) => (index === 0 ? [part] : [" · ", part]))}</RowText>;
}
