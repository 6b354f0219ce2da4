import Link from "next/link";
import { cx } from "./cx";

/** Pages that belong together, as links side by side, one of them this page. `label` names the group. */
export function Tabs({
  label,
  items,
}: {
  label: string;
  items: readonly { label: string; href: string; current?: boolean }[];
}) {
  return (
    <nav aria-label={label} className="border-line mb-6 overflow-x-auto border-b">
      <ul className="flex w-max gap-5">
        {items.map((item) => (
          <li key={item.href}>
            <Link
              prefetch={false}
              href={item.href}
              aria-current={item.current ? "page" : undefined}
              className={cx(
                "flex h-10 items-center border-b-2 px-0.5 -outline-offset-2 transition-colors duration-120",
                item.current
                  ? "border-ink text-ink font-medium"
                  : "text-muted hover:text-ink hover:border-line border-transparent",
              )}
            >
              {item.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
