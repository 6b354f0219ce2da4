"use client";
import type { ReactNode } from "react";
import { Code, ScopeChip, ScopeChips } from "@/components/scope-chip";
import { Step, Steps } from "@/components/steps";
import { TextLink } from "@/components/text-link";
import type { Guide, GuideStep } from "@/lib/hosts/adapter";
import type { ComparedScope } from "@/lib/hosts/scopes";
import { joined } from "../(portal)/_credentials/wording";

/**
 * How to make the token, step by step, with the field inside the step where it is pasted. What follows it is a remark.
 * In a guide that is about no code host in particular `isExample` keeps pages from being links.
 */
export function GuideSteps({
  guide,
  required,
  isExample = false,
  paste,
  field,
}: {
  guide: Guide;
  required: readonly ComparedScope[];
  isExample?: boolean;
  /** Instead of the guide's own words. */
  paste?: ReactNode;
  field?: ReactNode;
}) {
  const pasted = guide.steps.findIndex(({ part }) => part === "paste");
  const steps = guide.steps.slice(0, pasted + 1);
  const remarks = guide.steps.slice(pasted + 1);
  return (
    <Steps>
      {steps.map((step) => {
        switch (step.part) {
          case "open":
            return (
              <Step key={step.text}>
                <OpenStep step={step} tokenPage={guide.tokenPage} isExample={isExample} />
              </Step>
            );
          case "scopes":
            return (
              <Step key={step.text}>
                {step.text}
                <Ticks step={step} required={required} />
              </Step>
            );
          case "paste":
            return (
              <Step key={step.text} hint={remarks.map(({ text }) => text).join(" ")}>
                <p className={field ? "mb-1.5" : undefined}>{paste ?? step.text}</p>
                {field}
              </Step>
            );
          default:
            return <Step key={step.text}>{step.text}</Step>;
        }
      })}
    </Steps>
  );
}

/** The first sentence is the link. */
function OpenStep({
  step: { text },
  tokenPage,
  isExample,
}: {
  step: GuideStep;
  tokenPage: Guide["tokenPage"];
  isExample: boolean;
}) {
  if (!tokenPage) return text;
  if (isExample) {
    return (
      <>
        {text}
        <p className="text-muted text-sm break-words">
          <Code>{tokenPage.url.replace(/\?.*$/, "")}</Code>
        </p>
      </>
    );
  }
  const end = text.indexOf(". ");
  const [link, rest] = end < 0 ? [text.replace(/\.$/, ""), ""] : [text.slice(0, end), text.slice(end + 2)];
  return (
    <>
      <TextLink href={tokenPage.url} external className="font-medium">
        {link}
      </TextLink>
      {tokenPage.prefilled.length > 0 ? (
        <span className="text-muted text-sm"> {prefilled(tokenPage.prefilled)}</span>
      ) : null}
      {rest ? <p className="text-muted text-sm">{rest}</p> : null}
    </>
  );
}

const FILLED = { name: "name", scopes: "scopes", expiry: "end date" };

function prefilled(parts: NonNullable<Guide["tokenPage"]>["prefilled"]): string {
  const isOne = parts.length === 1 && parts[0] !== "scopes";
  return `${joined(parts.map((part) => FILLED[part]))} ${isOne ? "is" : "are"} filled in`;
}

/** The scopes with why and for whom; where the host has other names to tick, those first. */
function Ticks({ step: { ticks }, required }: { step: GuideStep; required: readonly ComparedScope[] }) {
  if (!ticks && required.length === 0) {
    return <p className="text-muted text-sm">None of the enabled tools asks for a scope; tick what you need.</p>;
  }
  return (
    <>
      {ticks ? (
        <div className="mt-1.5">
          <ScopeChips>
            {ticks.map((tick) => (
              <ScopeChip key={tick} name={tick} />
            ))}
          </ScopeChips>
        </div>
      ) : null}
      <dl className="mt-1.5 grid gap-x-3 gap-y-1 sm:grid-cols-[fit-content(17rem)_minmax(0,1fr)]">
        {required.map(({ scope, neededBy }) => (
          <div key={scope} className="contents">
            <dt>{ticks ? <span className="text-muted text-sm">{scope}</span> : <ScopeChip name={scope} />}</dt>
            <dd className="text-muted text-sm">
              {neededBy.map(({ consumer, why }) => `for ${consumer.name} ${why}`).join("; ")}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
