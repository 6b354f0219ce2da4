import { cookies } from "next/headers";
import type { ReactNode } from "react";
import type { NavGroup } from "@/components/nav";
import { Shell } from "@/components/shell";
import { parseTheme, themeCookie } from "@/components/theme";
import { requireActor } from "@/lib/session";
import { signOutAction } from "./sign-out";

/*
 * The frame of everything behind sign-in. It draws which links there are; whether a page may be seen, each page asks
 * itself, because a layout is not drawn again when people move between pages.
 */
const settings: NavGroup = {
  label: "Settings",
  items: [
    { label: "Credentials", href: "/settings/credentials", icon: "key" },
    { label: "Profile", href: "/settings/profile", icon: "user" },
    { label: "Sessions", href: "/settings/sessions", icon: "devices" },
  ],
};

const admin: NavGroup = {
  label: "Site admin",
  items: [
    { label: "Credentials", href: "/admin/credentials", icon: "globe-lock" },
    { label: "Code hosts", href: "/admin/code-hosts", icon: "server" },
    { label: "Consumers", href: "/admin/consumers", icon: "boxes" },
    { label: "Users", href: "/admin/users", icon: "user-cog" },
    { label: "Audit log", href: "/admin/audit", icon: "scroll" },
  ],
};

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor();
  return (
    <Shell
      name="Forgepass"
      groups={actor.role === "ADMIN" ? [settings, admin] : [settings]}
      user={{ name: actor.name, email: actor.email }}
      theme={parseTheme((await cookies()).get(themeCookie)?.value)}
      accountHref="/settings/profile"
      signOut={signOutAction}
    >
      {children}
    </Shell>
  );
}
