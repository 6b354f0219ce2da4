"use client";
import { CheckLine, CheckList } from "@/components/check-line";
import { calendarDate, relativeTime } from "@/components/relative-time";
import { Code, ScopeChip } from "@/components/scope-chip";
import { TextLink } from "@/components/text-link";
import { accountName } from "@/lib/credentials/account-name";
import type { Assessment } from "@/lib/credentials/assessment";
import type { StoreStep } from "@/lib/credentials/store";
import type { Expiry, Probe } from "@/lib/hosts/adapter";
import type { Store } from "./use-store";
import { joined, quoted, riskSentence } from "./wording";

/** The checks of a token being added, one line each, as the code host answers. */
export function StoreChecks({ store, hostName }: { store: Store; hostName: string }) {
  if (store.status === "idle") return null;
  const { steps, result, status } = store;
  const refusal = result && !result.ok ? (result.error.refusal ?? null) : null;
  return (
    <CheckList label="Checks">
      {steps.map((step) => (
        <StepLines key={step.step} step={step} hostName={hostName} />
      ))}
      {status === "busy" ? (
        <CheckLine state="pending">{steps.length === 0 ? `Asking ${hostName}` : "Looking at what it may do"}</CheckLine>
      ) : null}
      {refusal ? (
        <CheckLine state={refusal.reason === "unreachable" ? "off" : "bad"}>
          <span>
            {refusal.message}
            {refusal.hostSaid ? ` ${quoted(hostName, refusal.hostSaid)}` : ""}
            {refusal.url ? (
              <>
                {" "}
                <TextLink href={refusal.url} external>
                  Put it right on {hostName}
                </TextLink>
              </>
            ) : null}
          </span>
        </CheckLine>
      ) : null}
    </CheckList>
  );
}

function StepLines({ step, hostName }: { step: StoreStep; hostName: string }) {
  switch (step.step) {
    case "reachable":
      return (
        <CheckLine state="ok" note={[step.version, `${Math.round(step.elapsedMs)} ms`].filter(Boolean).join(", ")}>
          {hostName} answered
        </CheckLine>
      );
    case "account":
      return step.account ? (
        <CheckLine state="ok" note={step.account.name ?? undefined}>
          The token belongs to <strong className="font-semibold">{accountName(step.account.login)}</strong>
        </CheckLine>
      ) : (
        <CheckLine state="off">The token works, but may not read whose it is</CheckLine>
      );
    case "scopes":
      return null;
    case "expiry":
      return <ExpiryLine expiry={step.expiry} />;
    case "probe":
      return <ProbeLine probe={step.probe} />;
    case "assessment":
      return <AssessmentLines assessment={step.assessment} notes={step.notes} />;
  }
}

function ExpiryLine({ expiry }: { expiry: Expiry }) {
  if (!expiry.known) return <CheckLine state="off">When it ends cannot be told</CheckLine>;
  // Over the wire a Date is a string.
  const at = expiry.at === null ? null : new Date(expiry.at).toISOString();
  if (at === null)
    return (
      <CheckLine state="ok" note="think of an end date">
        It never ends
      </CheckLine>
    );
  const now = new Date().toISOString();
  return (
    <CheckLine state={at <= now ? "bad" : "ok"} note={relativeTime(at, now)}>
      {at <= now ? "Ended" : "Ends"} on {calendarDate(at)}
    </CheckLine>
  );
}

function ProbeLine({ probe }: { probe: Probe }) {
  if (!probe.ok) return <CheckLine state="off">{probe.message}</CheckLine>;
  const [first] = probe.abilities;
  if (first?.answer === "no" && probe.abilities.every(({ why }) => why === first.why)) {
    return (
      <CheckLine state="warn" note={first.why}>
        Nothing on <Code>{probe.repository}</Code>
      </CheckLine>
    );
  }
  return (
    <>
      {probe.abilities.map(({ ability, answer, why }) => (
        <CheckLine key={ability} state={answer === "yes" ? "ok" : answer === "no" ? "warn" : "off"} note={why}>
          <span>
            {ABILITIES[ability]} <Code>{probe.repository}</Code>
            {answer === "unknown" ? ": cannot be told" : answer === "no" ? ": not allowed" : ""}
          </span>
        </CheckLine>
      ))}
    </>
  );
}

const ABILITIES = { read: "Read", push: "Push to", status: "Set commit statuses on" };

function AssessmentLines({ assessment, notes }: { assessment: Assessment; notes: readonly string[] }) {
  const { satisfied, missing, unknown, excess } = assessment;
  return (
    <>
      {satisfied.length > 0 ? (
        <CheckLine state="ok" note="granted">
          {satisfied.map(({ scope }) => (
            <ScopeChip key={scope} name={scope} />
          ))}
        </CheckLine>
      ) : null}
      {missing.map(({ scope, neededBy }) => (
        <CheckLine key={scope} state="warn" note={`needed by ${joined(neededBy.map(({ consumer }) => consumer.name))}`}>
          <ScopeChip name={scope} status="missing" /> is missing
        </CheckLine>
      ))}
      {unknown.length > 0 ? (
        <CheckLine state="off" note="cannot be told">
          {unknown.map(({ scope }) => (
            <ScopeChip key={scope} name={scope} status="unknown" />
          ))}
        </CheckLine>
      ) : null}
      {excess
        .filter(({ risk }) => risk !== "read")
        .map(({ scope, danger, meaning }) => (
          <CheckLine key={scope} state="warn" note="more than needed">
            <ScopeChip name={scope} status="excess" /> {riskSentence({ danger, meaning })}
          </CheckLine>
        ))}
      {notes.map((note) => (
        <CheckLine key={note} state="off">
          {note}
        </CheckLine>
      ))}
    </>
  );
}
