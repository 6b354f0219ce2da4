"use client";
import { ChevronRight } from "lucide-react";
import { Checkbox } from "@/components/checkbox";
import { Field } from "@/components/field";
import { HostIcon } from "@/components/host-icon";
import { Notice } from "@/components/notice";
import { Select } from "@/components/select";
import type { GlobalUse } from "@/lib/policy/judge";
import type { HostPolicy } from "@/lib/policy/read-policy";

const USES: Record<GlobalUse, { label: string; hint: string }> = {
  may: {
    label: "People may use the global credential",
    hint: "Tools act with it for whoever has none of their own, and whose teams have none.",
  },
  must: {
    label: "Everybody must use the global credential",
    hint: "Nobody can add one of their own here, teams neither. Only site admins add it.",
  },
  "must-not": {
    label: "People must not use the global credential",
    hint: "Tools act for people with their own credential or their team's only.",
  },
};

/** The rules of one code host, folded to a line that says them. */
export function HostRulesRow({
  host,
  onChange,
}: {
  host: HostPolicy;
  onChange: (changed: Partial<Pick<HostPolicy, "forbiddenTypes" | "globalUse">>) => void;
}) {
  const { types, forbiddenTypes, globalUse } = host;
  return (
    <details className="group">
      <summary className="hover:bg-subtle flex cursor-pointer list-none items-center gap-3 px-3.5 py-3 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="text-muted size-4 shrink-0 transition-transform duration-120 group-open:rotate-90 motion-reduce:transition-none"
        />
        <HostIcon kind={host.kind} className="size-5 shrink-0" />
        <span className="min-w-0">
          <span className="font-medium">{host.name}</span>
          <span className="text-muted block text-sm">{summary(host)}</span>
        </span>
      </summary>
      <div className="flex flex-col gap-4 px-3.5 pt-1 pb-4 sm:pl-10.5">
        {types.length > 0 ? (
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-2 font-medium">Kinds of token that may not be added</legend>
            {types.map(({ id, name }) => (
              <Checkbox
                key={id}
                label={name}
                checked={forbiddenTypes.includes(id)}
                onChange={({ target }) =>
                  onChange({
                    forbiddenTypes: types
                      .map((type) => type.id)
                      .filter((one) => (one === id ? target.checked : forbiddenTypes.includes(one))),
                  })
                }
              />
            ))}
          </fieldset>
        ) : null}
        {types.length > 0 && types.every(({ id }) => forbiddenTypes.includes(id)) ? (
          <Notice tone="warn">Then nothing at all can be added for {host.name}.</Notice>
        ) : null}
        <Field label={`Global credential of ${host.name}`} hint={USES[globalUse].hint} className="max-w-md">
          <Select value={globalUse} onChange={(event) => onChange({ globalUse: event.target.value as GlobalUse })}>
            {(Object.keys(USES) as GlobalUse[]).map((use) => (
              <option key={use} value={use}>
                {USES[use].label}
              </option>
            ))}
          </Select>
        </Field>
        {globalUse === "must" && !host.hasGlobal ? (
          <Notice tone="warn">
            There is no global credential for {host.name} yet. Add it first, or nobody can use this code host.
          </Notice>
        ) : null}
      </div>
    </details>
  );
}

function summary({ types, forbiddenTypes, globalUse }: HostPolicy): string {
  const names = types.filter(({ id }) => forbiddenTypes.includes(id)).map(({ name }) => name);
  const forbidden = names.length > 0 ? `Not allowed: ${names.join(", ")}` : "Every kind of token is allowed";
  return `${forbidden}. ${USES[globalUse].label}.`;
}
