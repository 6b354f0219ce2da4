import { ArrowUpRight } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { cx } from "./cx";

/** A link inside a sentence. `external` opens a new tab, says so, and gives the other page no way back. */
export function TextLink({
  href,
  external,
  className,
  children,
}: {
  href: string;
  external?: boolean;
  className?: string;
  children: ReactNode;
}) {
  if (external) {
    return (
      <a href={href} target="_blank" rel="noopener noreferrer" className={cx("link", className)}>
        {children}
        <ArrowUpRight aria-hidden className="ml-0.5 inline size-3.5 align-[-2px]" />
        <span className="sr-only"> (opens in a new tab)</span>
      </a>
    );
  }
  return (
    <Link prefetch={false} href={href} className={cx("link", className)}>
      {children}
    </Link>
  );
}
