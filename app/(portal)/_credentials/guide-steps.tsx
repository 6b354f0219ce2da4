"use client";
import type { ReactNode } from "react";
import { ScopeChip, ScopeChips } from "@/components/scope-chip";
import { Step, Steps } from "@/components/steps";
import { TextLink } from "@/components/text-link";
import type { Guide } from "@/lib/hosts/adapter";
import type { ComparedScope } from "@/lib/hosts/scopes";
import { joined } from "./joined";

/** How to make the token, step by step, with the field inside the step where it is pasted. */
export function GuideSteps({
  guide,
  required,
  field,
}: {
  guide: Guide;
  required: readonly ComparedScope[];
  field: ReactNode;
}) {
  return (
    <Steps>
      {guide.steps.map((step) => {
        switch (step.part) {
          case "open":
            return (
              <Step key={step.text}>
                {guide.tokenPage ? (
                  <>
                    <TextLink href={guide.tokenPage.url} external className="font-medium">
                      {step.text}
                    </TextLink>{" "}
                    <span className="text-muted text-sm">{prefilled(guide.tokenPage.prefilled)}</span>
                  </>
                ) : (
                  step.text
                )}
              </Step>
            );
          case "scopes":
            return (
              <Step key={step.text} hint={<Reasons required={required} />}>
                <span className="mr-1">{step.text}</span>
                <ScopeChips>
                  {(step.ticks ?? required.map(({ scope }) => scope)).map((scope) => (
                    <ScopeChip key={scope} name={scope} />
                  ))}
                </ScopeChips>
              </Step>
            );
          case "paste":
            return (
              <Step key={step.text}>
                <p className="mb-1.5">{step.text}</p>
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

const FILLED = { name: "name", scopes: "scopes", expiry: "end date" };

function prefilled(parts: NonNullable<Guide["tokenPage"]>["prefilled"]): string {
  if (parts.length === 0) return "";
  const words = joined(parts.map((part) => FILLED[part]));
  return `${words} ${parts.length === 1 && parts[0] !== "scopes" ? "is" : "are"} filled in`;
}

function Reasons({ required }: { required: readonly ComparedScope[] }) {
  if (required.length === 0) return "None of the enabled tools asks for a scope; tick what you need.";
  return (
    <ul className="flex flex-col gap-0.5">
      {required.map(({ scope, neededBy }) => (
        <li key={scope}>
          <span className="text-ink">{scope}</span>:{" "}
          {neededBy.map(({ consumer, why }) => `for ${consumer.name} ${why}`).join("; ")}
        </li>
      ))}
    </ul>
  );
}
