import Link from "next/link";
import { cx } from "./cx";

/** Links that narrow a list, side by side, one of them current. Each keeps the rest of the query in its `href`. */
export function SegmentedFilter({
  label,
  items,
}: {
  label: string;
  items: { label: string; href: string; count?: number; current?: boolean }[];
}) {
  return (
    <nav aria-label={label} className="max-w-full overflow-x-auto">
      <ul className="border-line bg-panel divide-line flex h-9 w-max divide-x overflow-hidden rounded-md border max-sm:h-10">
        {items.map((item) => (
          <li key={item.label} className="flex">
            <Link
              prefetch={false}
              href={item.href}
              scroll={false}
              aria-current={item.current ? "true" : undefined}
              className={cx(
                "flex items-center gap-1.5 px-3.5 -outline-offset-2 tabular-nums transition-colors duration-120 max-sm:px-3",
                item.current ? "bg-subtle font-medium" : "text-muted hover:bg-subtle hover:text-ink",
              )}
            >
              {item.label}
              {item.count === undefined ? null : <span>{item.count.toLocaleString("en")}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
