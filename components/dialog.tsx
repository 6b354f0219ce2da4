"use client";
/*
 * A modal dialog on the browser's own <dialog>: labelled by its title, focus kept inside and given back afterwards, a
 * full-height sheet on phones. Esc and a click beside it close it, except that nothing closes it while `busy`, and a
 * click beside it does not while `dirty`. The focus starts on the element marked data-autofocus, else on the first field.
 */
import { X } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { cx } from "./cx";
import { rememberFocus } from "./return-focus";
import { holdScroll } from "./scroll-lock";

type DialogProps = {
  title: ReactNode;
  subtitle?: ReactNode;
  icon?: ReactNode;
  footer?: ReactNode;
  onClose: () => void;
  dirty?: boolean;
  busy?: boolean;
  size?: "sm" | "md" | "lg";
  role?: "alertdialog";
  describedBy?: string;
  children: ReactNode;
};

// The browser would choose the Close button. In this order: one selector for both would find what stands first.
const firstFocus = ["[data-autofocus]", "[data-body] :is(input:not([type=hidden]), select, textarea):enabled"];
const sizes = { sm: "sm:w-[28rem]", md: "sm:w-[38.75rem]", lg: "sm:w-[52rem]" };

/** Shown while `open`. To be unmounted when closed is part of the contract: inner state starts afresh each time. */
export function Dialog({ open, ...rest }: DialogProps & { open: boolean }) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog(props: DialogProps) {
  const { title, subtitle, icon, footer, onClose, dirty, busy, size = "md", role, describedBy, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const pressedBeside = useRef(false);
  const titleId = useId();

  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const giveBack = rememberFocus();
    const giveScrollBack = holdScroll();
    element.showModal();
    const places = firstFocus.map((selector) => element.querySelector<HTMLElement>(selector));
    const place = places.find((one) => one !== null) ?? element;
    place.focus({ preventScroll: true });
    // No further than needed: what stands above it is to be read first.
    place.scrollIntoView({ block: "nearest" });
    return () => {
      element.close();
      giveScrollBack();
      giveBack();
    };
  }, []);

  function isBeside(event: PointerEvent<HTMLDialogElement>) {
    if (event.target !== event.currentTarget) return false;
    const box = event.currentTarget.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    return x < box.left || x > box.right || y < box.top || y > box.bottom;
  }

  // Held at the key, because browsers let a second Esc through whatever the cancel event is told.
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    if (!busy) onClose();
  }

  return (
    <dialog
      ref={dialog}
      tabIndex={-1}
      role={role}
      aria-labelledby={titleId}
      aria-describedby={describedBy}
      aria-busy={busy || undefined}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        if (!busy) onClose();
      }}
      onPointerDown={(event) => {
        pressedBeside.current = isBeside(event);
      }}
      onPointerUp={(event) => {
        // Both press and release beside it: a selection dragged out of a field must not close.
        if (pressedBeside.current && isBeside(event) && !busy && !dirty) onClose();
        pressedBeside.current = false;
      }}
      className={cx(
        "bg-raised text-ink fixed overflow-hidden p-0 outline-none open:flex open:flex-col",
        "inset-0 h-dvh w-full sm:m-auto sm:h-fit sm:max-h-[min(92dvh,60rem)] sm:max-w-[calc(100vw-2rem)]",
        "sm:border-line sm:shadow-float sm:rounded-xl sm:border",
        "animate-rise backdrop:bg-veil backdrop:animate-fade backdrop:backdrop-blur-[3px]",
        sizes[size],
      )}
    >
      <header className="flex items-start gap-3 px-4 pt-4 pb-3 sm:px-6 sm:pt-5">
        {icon ? <span className="mt-0.5 flex [&>svg]:size-5">{icon}</span> : null}
        <div className="min-w-0 flex-1">
          <h2 id={titleId} className="text-lg font-semibold">
            {title}
          </h2>
          {subtitle ? <p className="text-muted">{subtitle}</p> : null}
        </div>
        <button
          type="button"
          aria-label="Close"
          title="Close"
          disabled={busy}
          onClick={onClose}
          className="text-muted hover:bg-subtle hover:text-ink -mt-1 -mr-2 flex size-8 items-center justify-center rounded-md disabled:opacity-55 max-sm:size-10"
        >
          <X aria-hidden className="size-4" />
        </button>
      </header>
      <div data-body className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-4 pt-1 pb-5 sm:px-6">
        {children}
      </div>
      {footer ? (
        <footer className="border-line bg-ground flex flex-wrap items-center justify-end gap-2 border-t px-4 py-3 max-sm:[&>:is(a,button)]:flex-1 sm:px-6 sm:py-3.5">
          {footer}
        </footer>
      ) : null}
    </dialog>
  );
}

/** A sentence at the left of a dialog's footer; the buttons follow it. */
export function FooterNote({ children }: { children: ReactNode }) {
  return <div className="text-muted mr-auto min-w-0 basis-full text-sm sm:flex-1 sm:basis-0">{children}</div>;
}
