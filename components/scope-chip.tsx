/* Identifiers in mono. A chip that says how a scope stands carries an icon and a word, never colour alone. */
import { Check, CircleHelp, Plus, ShieldAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

export type ScopeStatus = "granted" | "missing" | "unknown" | "excess";

const looks = {
  granted: { icon: Check, word: "granted", tone: "border-transparent bg-off-ground text-off" },
  missing: { icon: Plus, word: "missing", tone: "border-transparent bg-warn-ground text-warn" },
  unknown: { icon: CircleHelp, word: "cannot be told", tone: "border-dashed border-edge text-off" },
  excess: { icon: ShieldAlert, word: "more than needed", tone: "border-warn text-warn" },
};

/** A scope by the code host's own name. Without a status it is only named. `title` tells its meaning on hover. */
export function ScopeChip({ name, status, title }: { name: string; status?: ScopeStatus; title?: string }) {
  const look = status ? looks[status] : null;
  const Icon = look?.icon;
  return (
    <span
      title={title}
      className={cx(
        "inline-flex max-w-full items-center gap-1 rounded-sm border px-1.5 align-middle font-mono text-[0.71875rem] leading-4.5 font-medium",
        look?.tone ?? "border-transparent bg-off-ground text-off",
      )}
    >
      {Icon ? <Icon aria-hidden className="size-3.5 shrink-0" /> : null}
      <span className="min-w-0">{name}</span>
      {look ? <span className="sr-only"> {look.word}</span> : null}
    </span>
  );
}

/** A row of chips; `more` is how many are left out ("+3"). */
export function ScopeChips({ children, more = 0 }: { children: ReactNode; more?: number }) {
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      {children}
      {more > 0 ? (
        <span className="bg-off-ground text-off rounded-sm px-1.5 font-mono text-[0.71875rem] leading-4.5 font-medium">
          +{more}
          <span className="sr-only"> more</span>
        </span>
      ) : null}
    </span>
  );
}

/** Mono text in a sentence: an identifier, a variable, the end of a token. */
export function Code({ children, className }: { children: ReactNode; className?: string }) {
  return <code className={cx("font-mono text-[0.93em]", className)}>{children}</code>;
}
