"use client";
/* The sidebar on narrow windows: a native modal dialog, so the focus stays inside and Esc closes it. */
import { Menu as MenuIcon, X } from "lucide-react";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";

/** The button, and the drawer that it opens. Going to another page closes it. */
export function Drawer({ label, header, children }: { label: string; header: ReactNode; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const pathname = usePathname();
  const shownOn = useRef(pathname);
  useEffect(() => {
    if (shownOn.current !== pathname) dialog.current?.close();
    shownOn.current = pathname;
  }, [pathname]);
  return (
    <>
      <button
        type="button"
        aria-label="Open the menu"
        aria-haspopup="dialog"
        onClick={() => dialog.current?.showModal()}
        className="hover:bg-subtle -ml-2 flex size-10 items-center justify-center rounded-md"
      >
        <MenuIcon aria-hidden className="size-5" />
      </button>
      <dialog
        ref={dialog}
        aria-label={label}
        onPointerDown={(event) => {
          if (event.clientX > event.currentTarget.getBoundingClientRect().right) dialog.current?.close();
        }}
        className="bg-ground text-ink border-line animate-slide backdrop:bg-veil backdrop:animate-fade fixed inset-y-0 left-0 h-dvh w-72 max-w-[85vw] flex-col border-r p-0 open:flex"
      >
        <div className="flex h-14 shrink-0 items-center justify-between pr-2 pl-4">
          {header}
          <button
            type="button"
            aria-label="Close the menu"
            onClick={() => dialog.current?.close()}
            className="text-muted hover:bg-subtle hover:text-ink flex size-10 items-center justify-center rounded-md"
          >
            <X aria-hidden className="size-5" />
          </button>
        </div>
        {children}
      </dialog>
    </>
  );
}
