"use client";
import { type FormEvent, type ReactNode, useRef, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Notice } from "@/components/notice";
import { Section } from "@/components/section";
import { useToast } from "@/components/toast";
import type { Breaking } from "@/lib/policy/find-breaking";
import type { PolicyInput } from "@/lib/policy/policy-input";
import type { HostPolicy, PolicyView } from "@/lib/policy/read-policy";
import type { Failure } from "@/lib/result";
import { useFocusOnFailure } from "../../../_forms/use-focus-on-failure";
import { joined } from "../../_credentials/wording";
import { changePolicyAction, previewPolicyAction } from "./actions";
import { BreakingList, credentials } from "./breaking-list";
import { HostRulesRow } from "./host-rules-row";
import { NumberField } from "./number-field";

/** What is typed, before it is looked at. */
interface Draft {
  hasLifetime: boolean;
  lifetime: string;
  requireExpiry: boolean;
  forbidExcess: boolean;
  checkEvery: string;
  hasStale: boolean;
  stale: string;
  hosts: readonly HostPolicy[];
}

/** All rules on one page, saved at once. The children are what breaks the policy as it is. */
export function PolicyForm({ settings, hosts, children }: PolicyView & { children: ReactNode }) {
  const initial: Draft = {
    hasLifetime: settings.maxLifetimeDays !== null,
    lifetime: String(settings.maxLifetimeDays ?? 90),
    requireExpiry: settings.requireExpiry,
    forbidExcess: settings.forbidExcess,
    checkEvery: String(settings.checkEveryHours),
    hasStale: settings.staleAfterDays !== null,
    stale: String(settings.staleAfterDays ?? 90),
    hosts,
  };
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(initial);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [preview, setPreview] = useState<Breaking | null>(null);
  const [isSaving, startSaving] = useTransition();
  const [isLooking, startLooking] = useTransition();
  const toast = useToast();
  useFocusOnFailure(form, failure);
  const isDirty = JSON.stringify(draft) !== JSON.stringify(initial);
  const errorOf = (name: string) => failure?.fields?.[name];

  function set(part: Partial<Draft>) {
    setDraft((before) => ({ ...before, ...part }));
    setPreview(null);
    setFailure(null);
  }

  function look() {
    startLooking(async () => {
      const result = await previewPolicyAction(asInput(draft, hosts));
      setFailure(result.ok ? null : result.error);
      setPreview(result.ok ? result.value : null);
    });
  }

  function save(event: FormEvent) {
    event.preventDefault();
    startSaving(async () => {
      const result = await changePolicyAction(asInput(draft, hosts));
      if (!result.ok) return setFailure(result.error);
      toast("The policy is saved");
    });
  }

  return (
    <>
      <form ref={form} noValidate onSubmit={save}>
        {failure && !failure.fields ? (
          <Notice tone="bad" className="mb-4">
            {failure.message}
          </Notice>
        ) : null}
        <Section
          title="Every credential"
          description="For people's, teams' and global ones alike, on every code host. Who is stopped reads which rule it is and what to do."
        >
          <NumberField
            label="Tokens live at most"
            unit="days"
            hint="Stops a token that ends later than so many days after it is entered, or never. The steps for making one propose an end within it."
            isOn={draft.hasLifetime}
            onToggle={(hasLifetime) => set({ hasLifetime })}
            value={draft.lifetime}
            onChange={(lifetime) => set({ lifetime })}
            error={errorOf("maxLifetimeDays")}
          />
          <Checkbox
            label="Tokens must have an end"
            hint={`Stops a token that never ends.${untoldEnds(hosts)}`}
            checked={draft.requireExpiry}
            onChange={(event) => set({ requireExpiry: event.target.checked })}
          />
          <Checkbox
            label="No more scopes than the tools need"
            hint="Stops a token with scopes that none of the enabled consumers needs, and names them. Where the code host does not tell a token's scopes, it is let through."
            checked={draft.forbidExcess}
            onChange={(event) => set({ forbidExcess: event.target.checked })}
          />
        </Section>
        <Section
          title="By code host"
          description="Which kinds of token may not be added, and whether people use the global credential."
        >
          {hosts.length === 0 ? <p className="text-muted">There are no code hosts yet.</p> : null}
          <div className="divide-line border-line divide-y rounded-md border empty:hidden">
            {draft.hosts.map((host) => (
              <HostRulesRow
                key={host.id}
                host={host}
                onChange={(changed) =>
                  set({ hosts: draft.hosts.map((one) => (one.id === host.id ? { ...one, ...changed } : one)) })
                }
              />
            ))}
          </div>
        </Section>
        <Section title="Checks" description="How the portal watches over what is stored.">
          <NumberField
            label="Check every credential every"
            unit="hours"
            hint="Each is verified with its code host, spread out over that time. From 1 to 168."
            value={draft.checkEvery}
            onChange={(checkEvery) => set({ checkEvery })}
            error={errorOf("checkEveryHours")}
          />
          <NumberField
            label="A credential is stale when no tool used it for"
            unit="days"
            hint="It is then on the Stale page. From 7 to 730."
            isOn={draft.hasStale}
            onToggle={(hasStale) => set({ hasStale })}
            value={draft.stale}
            onChange={(stale) => set({ stale })}
            error={errorOf("staleAfterDays")}
          />
        </Section>
        <div className="border-line bg-ground sticky bottom-0 z-10 -mx-1 flex flex-wrap items-center justify-end gap-2 border-t px-1 py-3">
          <p aria-live="polite" className="text-muted mr-auto text-sm">
            {isDirty ? "Not saved yet." : "Saved."}
            {preview ? ` ${credentials(preview.count)} would break it; see below.` : ""}
          </p>
          <Button pending={isLooking} disabled={!isDirty || isSaving} onClick={look}>
            Preview
          </Button>
          <Button type="submit" variant="primary" pending={isSaving} disabled={!isDirty}>
            Save policy
          </Button>
        </div>
      </form>
      {preview ? <BreakingList title="What would break the policy" breaking={preview} /> : children}
    </>
  );
}

/** Of the code hosts only those that differ: another admin may be at the others. */
function asInput(draft: Draft, before: readonly HostPolicy[]): PolicyInput {
  return {
    maxLifetimeDays: draft.hasLifetime ? asNumber(draft.lifetime) : null,
    requireExpiry: draft.requireExpiry,
    forbidExcess: draft.forbidExcess,
    checkEveryHours: asNumber(draft.checkEvery),
    staleAfterDays: draft.hasStale ? asNumber(draft.stale) : null,
    hosts: draft.hosts
      .filter((host) => JSON.stringify(host) !== JSON.stringify(before.find(({ id }) => id === host.id)))
      .map(({ id, forbiddenTypes, globalUse }) => ({ id, forbiddenTypes, globalUse })),
  };
}

/** -1, which no rule takes, for what is no number. */
function asNumber(typed: string): number {
  return /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : -1;
}

function untoldEnds(hosts: readonly HostPolicy[]): string {
  const names = hosts.filter(({ types }) => types.every(({ isEndTold }) => !isEndTold)).map(({ name }) => name);
  if (names.length === 0) return " Where the code host does not tell a token's end, it is let through.";
  const [verb, what] = names.length === 1 ? ["does", "its"] : ["do", "their"];
  return ` ${joined(names.slice(0, 5))} ${verb} not tell when ${what} tokens end: those are let through.`;
}
