import type { ReactNode } from "react";
import { cx } from "./cx";

export type Tone = "ok" | "warn" | "bad" | "off" | "neutral" | "accent";

const tones: Record<Tone, string> = {
  ok: "bg-ok-ground text-ok",
  warn: "bg-warn-ground text-warn",
  bad: "bg-bad-ground text-bad",
  off: "bg-off-ground text-off",
  neutral: "bg-subtle text-ink",
  accent: "bg-accent-ground text-accent-ink",
};

/** A few words about a state. The words must suffice: the tone and the icon only underline them. */
export function Pill({ tone = "neutral", icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex max-w-full items-center gap-1.5 rounded-[999px] px-2.5 py-0.5 text-sm font-medium [&>svg]:size-3.5 [&>svg]:shrink-0",
        tones[tone],
      )}
    >
      {icon}
      <span className="min-w-0">{children}</span>
    </span>
  );
}
