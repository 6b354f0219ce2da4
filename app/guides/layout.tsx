import Link from "next/link";
import type { ReactNode } from "react";
import { LinkButton } from "@/components/button";
import { Mark } from "@/components/mark";
import { SkipLink } from "@/components/shell";

/* The frame of the pages that need no sign-in and are not about one: a bar, and the content. */
export default function GuidesLayout({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh">
      <SkipLink />
      <header className="border-line border-b">
        <div className="mx-auto flex h-14 max-w-[50rem] items-center justify-between gap-4 px-4 sm:px-8">
          <Link prefetch={false} href="/guides" className="flex items-center gap-2.5 rounded-md font-semibold">
            <Mark className="size-5.5" />
            Forgepass <span className="text-muted font-normal">guides</span>
          </Link>
          <LinkButton href="/settings/credentials">Your credentials</LinkButton>
        </div>
      </header>
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[50rem] px-4 py-8 outline-none sm:px-8">
        {children}
      </main>
    </div>
  );
}
