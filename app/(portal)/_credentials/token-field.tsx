"use client";
import { CircleHelp, Key, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { Field } from "@/components/field";
import { SecretInput } from "@/components/input";
import { Pill } from "@/components/pill";
import { recogniseAnywhere } from "@/lib/hosts/recognise";
import type { GuidedType } from "./guided-types";

/**
 * Where the token is pasted. What it is, is seen here in the browser before anything is sent; only the findings are
 * kept, never the token, which stays in the field.
 */
export function TokenField({
  kind,
  type,
  types,
  error,
  disabled,
  onChange,
}: {
  kind: string;
  /** The chosen one. */
  type: GuidedType;
  types: readonly GuidedType[];
  error: string | undefined;
  disabled: boolean;
  onChange: (change: { filled: boolean; blocked: boolean; type: string }) => void;
}) {
  const { label } = type;
  const input = useRef<HTMLInputElement>(null);
  const [seen, setSeen] = useState<Seen | null>(null);

  function look() {
    const field = input.current;
    if (!field) return;
    const found = recogniseAnywhere(field.value, kind, type.id);
    // Written back at once: what is sent is what was recognised.
    if (found.removed && found.cleaned !== field.value) field.value = found.cleaned;
    const filled = found.cleaned !== "";
    const blocked = filled && BLOCKING.has(found.verdict);
    const { verdict, message, removed } = found;
    const isKnown = found.recognition !== null || type.secretForm === "password";
    setSeen(filled ? { verdict, message, removed, type: isKnown ? found.type : null } : null);
    onChange({ filled, blocked, type: found.type });
  }

  const blocked = seen !== null && BLOCKING.has(seen.verdict);
  const hint = [seen?.removed, !blocked && seen?.message].filter(Boolean).join(" ");
  return (
    <Field
      label={label}
      // Among others it must be told apart; alone, the step above it says what it is.
      hideLabel={(type.fields ?? []).length === 0}
      error={error ?? (blocked ? seen.message : null)}
      hint={hint || undefined}
    >
      <SecretInput
        ref={input}
        name="token"
        className="scroll-mb-5"
        required
        data-autofocus
        readOnly={disabled}
        aria-label={label}
        placeholder={type.secretForm === "password" ? "Enter it here" : "Paste it here"}
        onInput={look}
        trailing={seen ? <SeenPill seen={seen} types={types} /> : null}
      />
    </Field>
  );
}

interface Seen {
  verdict: ReturnType<typeof recogniseAnywhere>["verdict"];
  message: string | null;
  removed: string | null;
  type: string | null;
}

const BLOCKING = new Set<Seen["verdict"]>(["wrong-host", "unusable", "refused-type"]);

function SeenPill({ seen, types }: { seen: Seen; types: readonly GuidedType[] }) {
  const name = types.find(({ id }) => id === seen.type)?.name;
  if (BLOCKING.has(seen.verdict)) return null;
  if (seen.verdict === "damaged") {
    return (
      <Pill tone="warn" icon={<TriangleAlert aria-hidden />}>
        looks damaged
      </Pill>
    );
  }
  return (
    <Pill tone="off" icon={name ? <Key aria-hidden /> : <CircleHelp aria-hidden />}>
      {name ?? "unknown kind"}
    </Pill>
  );
}
