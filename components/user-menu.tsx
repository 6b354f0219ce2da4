"use client";
/* Who is signed in, at the foot of the sidebar: their account, the theme, signing out. */
import { ChevronsUpDown, LogOut, Monitor, Moon, Sun, UserRound } from "lucide-react";
import { useState, useTransition } from "react";
import { Avatar } from "./avatar";
import { Menu, MenuChoice, MenuItem, MenuLink, MenuSeparator } from "./menu";
import { chooseTheme, type Theme } from "./theme";

export type ShellUser = { name: string; email: string };

/** `signOut` is a server action, or whatever ends the session and goes to the sign-in page. */
export function UserMenu({
  user,
  theme: initialTheme,
  accountHref,
  signOut,
}: {
  user: ShellUser;
  theme: Theme;
  accountHref?: string;
  signOut: () => void | Promise<void>;
}) {
  const [theme, setTheme] = useState(initialTheme);
  const [isLeaving, startLeaving] = useTransition();
  return (
    <Menu
      label={`Account of ${user.name}`}
      side="top"
      align="start"
      className="w-53"
      trigger={
        <button
          type="button"
          aria-busy={isLeaving || undefined}
          className="hover:bg-subtle data-[state=open]:bg-subtle flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left transition-colors duration-120"
        >
          <Avatar name={user.name} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-sm font-medium">{user.name}</span>
            <span className="text-muted block truncate text-xs">{user.email}</span>
          </span>
          <ChevronsUpDown aria-hidden className="text-muted size-4 shrink-0" />
        </button>
      }
    >
      {accountHref ? (
        <MenuLink href={accountHref} icon={<UserRound aria-hidden />}>
          Your account
        </MenuLink>
      ) : null}
      {accountHref ? <MenuSeparator /> : null}
      <MenuChoice
        label="Theme"
        value={theme}
        onChange={(next) => {
          setTheme(next);
          void chooseTheme(next);
        }}
        options={[
          { value: "system", label: "System", icon: <Monitor aria-hidden /> },
          { value: "light", label: "Light", icon: <Sun aria-hidden /> },
          { value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
        ]}
      />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden />} disabled={isLeaving} onSelect={() => startLeaving(async () => signOut())}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
