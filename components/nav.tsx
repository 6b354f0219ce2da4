"use client";
/* The shell's navigation: groups of links, the one for this page marked, counts of what needs the person. */
import {
  Activity,
  Bell,
  Boxes,
  CalendarClock,
  Globe,
  GlobeLock,
  Hourglass,
  House,
  KeyRound,
  type LucideIcon,
  Mail,
  MonitorSmartphone,
  Plug,
  Scale,
  ScrollText,
  Server,
  Settings,
  SquareTerminal,
  UserCog,
  UserRound,
  UsersRound,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cx } from "./cx";

const icons = {
  activity: Activity,
  bell: Bell,
  boxes: Boxes,
  calendar: CalendarClock,
  devices: MonitorSmartphone,
  globe: Globe,
  "globe-lock": GlobeLock,
  home: House,
  hourglass: Hourglass,
  key: KeyRound,
  mail: Mail,
  plug: Plug,
  scale: Scale,
  scroll: ScrollText,
  server: Server,
  settings: Settings,
  terminal: SquareTerminal,
  user: UserRound,
  "user-cog": UserCog,
  users: UsersRound,
} satisfies Record<string, LucideIcon>;

export type NavIcon = keyof typeof icons;
/** `badge` counts what needs the person; `badgeLabel` says so in words ("2 need you"). */
export type NavItem = { label: string; href: string; icon: NavIcon; badge?: number; badgeLabel?: string };
export type NavGroup = { label?: string; items: NavItem[] };

/** The entry whose address is the page's own or its nearest ancestor. "/" is only ever itself. */
export function findCurrent(pathname: string, groups: NavGroup[]): string | undefined {
  return groups
    .flatMap((group) => group.items.map((item) => item.href))
    .filter((href) => pathname === href || (href !== "/" && pathname.startsWith(`${href}/`)))
    .sort((a, b) => b.length - a.length)[0];
}

/** `onNavigate` closes the drawer that it stands in. */
export function Nav({ groups, onNavigate }: { groups: NavGroup[]; onNavigate?: () => void }) {
  const current = findCurrent(usePathname(), groups);
  return (
    <nav aria-label="Main" className="flex flex-col gap-5">
      {groups.map((group) => (
        <div key={group.label ?? "main"}>
          {group.label ? <p className="text-muted mb-1.5 px-2 text-xs font-medium">{group.label}</p> : null}
          <ul className="flex flex-col gap-0.5" aria-label={group.label}>
            {group.items.map((item) => {
              const Icon = icons[item.icon];
              const isCurrent = item.href === current;
              return (
                <li key={item.href}>
                  <Link
                    prefetch={false}
                    href={item.href}
                    onClick={onNavigate}
                    aria-current={isCurrent ? "page" : undefined}
                    className={cx(
                      "flex h-8 items-center gap-2.5 rounded-md px-2 transition-colors duration-120 max-shell:h-10",
                      isCurrent ? "bg-subtle text-ink font-medium" : "text-muted hover:bg-subtle hover:text-ink",
                    )}
                  >
                    <Icon aria-hidden className="size-4 shrink-0" />
                    <span className="min-w-0 flex-1 truncate">{item.label}</span>
                    {item.badge ? (
                      <span className="bg-warn-ground text-warn min-w-5.5 rounded-[999px] px-1.5 text-center text-xs leading-5 font-semibold tabular-nums">
                        <span aria-hidden={item.badgeLabel ? true : undefined}>{item.badge.toLocaleString("en")}</span>
                        {item.badgeLabel ? <span className="sr-only">, {item.badgeLabel}</span> : null}
                      </span>
                    ) : null}
                  </Link>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
    </nav>
  );
}
