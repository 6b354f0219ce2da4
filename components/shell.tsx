/*
 * The frame of every page of someone signed in: a sidebar (a drawer under 900 px) and the content. It draws only what
 * it is given: which links there are, and for whom, is the caller's to decide.
 */
import Link from "next/link";
import type { ReactNode } from "react";
import { Drawer } from "./drawer";
import { Mark } from "./mark";
import { Nav, type NavGroup } from "./nav";
import type { Theme } from "./theme";
import { type ShellUser, UserMenu } from "./user-menu";

type ShellProps = {
  name: string;
  homeHref?: string;
  groups: NavGroup[];
  user: ShellUser;
  theme: Theme;
  accountHref?: string;
  signOut: () => void | Promise<void>;
  /** One icon button in the top corner. */
  corner?: ReactNode;
  children: ReactNode;
};

/** `name` is the portal's; `signOut` a server action. The page is its children and brings its own h1. */
export function Shell(props: ShellProps) {
  const { name, homeHref = "/", groups, user, theme, accountHref, signOut, corner, children } = props;
  const brand = (
    <Link prefetch={false} href={homeHref} className="flex items-center gap-2.5 rounded-md font-semibold">
      <Mark className="size-5.5" />
      {name}
    </Link>
  );
  const inside = (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-3 py-1">
        <Nav groups={groups} />
      </div>
      <div className="border-line border-t p-2.5">
        <UserMenu user={user} theme={theme} accountHref={accountHref} signOut={signOut} />
      </div>
    </>
  );
  return (
    <div className="shell:pl-58 min-h-dvh">
      <SkipLink />
      <aside
        aria-label="Sidebar"
        className="border-line bg-ground shell:flex fixed inset-y-0 left-0 z-10 hidden w-58 flex-col border-r"
      >
        <div className="flex h-15 shrink-0 items-center justify-between pr-3 pl-5">
          {brand}
          {corner}
        </div>
        {inside}
      </aside>
      <header className="border-line bg-ground shell:hidden sticky top-0 z-10 flex h-14 items-center gap-2 border-b px-4">
        <Drawer label="Menu" header={brand}>
          {inside}
        </Drawer>
        {brand}
        {corner ? <div className="ml-auto">{corner}</div> : null}
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="shell:px-11 shell:py-9 mx-auto w-full max-w-[calc(67.5rem+5.5rem)] px-4 py-6 outline-none sm:px-8"
      >
        {children}
      </main>
    </div>
  );
}

/** The first stop of the Tab key. */
export function SkipLink() {
  return (
    <a
      href="#content"
      className="bg-ink text-on-ink fixed top-3 left-3 z-50 -translate-y-20 rounded-md px-4 py-2 font-medium focus:translate-y-0"
    >
      Skip to content
    </a>
  );
}
