import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx";

const looks = {
  info: { icon: Info, tone: "border-line bg-panel", mark: "text-muted" },
  ok: { icon: CircleCheck, tone: "border-ok/25 bg-ok-ground", mark: "text-ok" },
  warn: { icon: TriangleAlert, tone: "border-warn/25 bg-warn-ground", mark: "text-warn" },
  bad: { icon: CircleAlert, tone: "border-bad/25 bg-bad-ground", mark: "text-bad" },
};

/** A message where it belongs. A bad one interrupts a screen reader, the others wait their turn. */
export function Notice({
  tone = "info",
  title,
  actions,
  className,
  children,
}: {
  tone?: "info" | "ok" | "warn" | "bad";
  title?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children?: ReactNode;
}) {
  const look = looks[tone];
  const Icon = look.icon;
  return (
    <div
      role={tone === "bad" ? "alert" : "status"}
      className={cx("text-ink flex flex-wrap gap-x-3 gap-y-2 rounded-md border px-3.5 py-3", look.tone, className)}
    >
      <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", look.mark)} />
      <div className="min-w-0 flex-1">
        {title ? <p className="font-medium">{title}</p> : null}
        {children}
      </div>
      {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
    </div>
  );
}
