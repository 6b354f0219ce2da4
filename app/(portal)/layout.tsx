import { cookies } from "next/headers";
import type { ReactNode } from "react";
import type { NavGroup } from "@/components/nav";
import { Shell } from "@/components/shell";
import { parseTheme, themeCookie } from "@/components/theme";
import { countNeedingYou } from "@/lib/credentials/list";
import { countUnread } from "@/lib/notifications/inbox";
import { requireActor } from "@/lib/session";
import { countTeamsNeedingYou } from "@/lib/teams/list-teams";
import { Bell } from "./notifications/bell";
import { signOutAction } from "./sign-out";

/*
 * The frame of everything behind sign-in. It draws which links there are; whether a page may be seen, each page asks
 * itself, because a layout is not drawn again when people move between pages.
 */
const settings = (needYou: number): NavGroup => ({
  label: "Settings",
  items: [
    { label: "Credentials", href: "/settings/credentials", icon: "key", ...badge(needYou) },
    { label: "Expiry", href: "/settings/expiry", icon: "calendar" },
    { label: "Notifications", href: "/settings/notifications", icon: "bell" },
    { label: "Profile", href: "/settings/profile", icon: "user" },
    { label: "Sessions", href: "/settings/sessions", icon: "devices" },
  ],
});

const main = (needYou: number): NavGroup => ({
  items: [
    { label: "Home", href: "/", icon: "home" },
    { label: "Teams", href: "/teams", icon: "users", ...badge(needYou) },
  ],
});

const admin = (needYou: number): NavGroup => ({
  label: "Site admin",
  items: [
    { label: "Credentials", href: "/admin/credentials", icon: "globe-lock", ...badge(needYou) },
    { label: "Stale", href: "/admin/stale", icon: "hourglass" },
    { label: "Expiry", href: "/admin/expiry", icon: "calendar" },
    { label: "Code hosts", href: "/admin/code-hosts", icon: "server" },
    { label: "Consumers", href: "/admin/consumers", icon: "boxes" },
    { label: "Users", href: "/admin/users", icon: "user-cog" },
    { label: "Teams", href: "/admin/teams", icon: "users" },
    { label: "Policy", href: "/admin/policy", icon: "scale" },
    { label: "Mail", href: "/admin/mail", icon: "mail" },
    { label: "Webhooks", href: "/admin/webhooks", icon: "plug" },
    { label: "Background work", href: "/admin/jobs", icon: "activity" },
    { label: "Audit log", href: "/admin/audit", icon: "scroll" },
  ],
});

function badge(count: number) {
  return count > 0 ? { badge: count, badgeLabel: count === 1 ? "1 needs you" : `${count} need you` } : {};
}

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  const isAdmin = actor.role === "ADMIN";
  const [mine, teams, site, unread, jar] = await Promise.all([
    countNeedingYou(actor, { type: "user", id: actor.id }),
    countTeamsNeedingYou(actor),
    isAdmin ? countNeedingYou(actor, { type: "site" }) : 0,
    countUnread(actor),
    cookies(),
  ]);
  return (
    <Shell
      name="Forgepass"
      groups={[main(teams), settings(mine), ...(isAdmin ? [admin(site)] : [])]}
      user={{ name: actor.name, email: actor.email }}
      theme={parseTheme(jar.get(themeCookie)?.value)}
      accountHref="/settings/profile"
      signOut={signOutAction}
      corner={<Bell unread={unread} />}
    >
      {children}
    </Shell>
  );
}
