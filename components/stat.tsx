import Link from "next/link";
import type { ReactNode } from "react";
import { cx } from "./cx";

const tones = { ink: "text-ink", ok: "text-ok", warn: "text-warn", bad: "text-bad" };

/** Numbers side by side, each a Stat. */
export function Stats({ children }: { children: ReactNode }) {
  return <ul className="mb-6 grid grid-cols-2 gap-3 @container sm:grid-cols-4">{children}</ul>;
}

/** A number and what it counts. `href` leads to what was counted. Colour only for a state that the words name too. */
export function Stat({
  value,
  tone = "ink",
  href,
  children,
}: {
  value: number;
  tone?: keyof typeof tones;
  href?: string;
  children: ReactNode;
}) {
  const content = (
    <>
      <span className={cx("block text-xl leading-8 font-semibold tabular-nums", tones[tone])}>
        {value.toLocaleString("en")}
      </span>
      <span className="text-muted block text-sm">{children}</span>
    </>
  );
  return (
    <li className="border-line bg-panel rounded-lg border">
      {href ? (
        <Link prefetch={false} href={href} className="block rounded-lg px-4.5 py-3.5 hover:bg-subtle">
          {content}
        </Link>
      ) : (
        <div className="px-4.5 py-3.5">{content}</div>
      )}
    </li>
  );
}
