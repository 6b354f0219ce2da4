"use client";
import { type ReactNode, useId } from "react";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Notice } from "./notice";

/** Asks before something that is hard to undo. The children say what will happen; Cancel has the focus.
 * `error` shows why it did not work. */
export function ConfirmDialog({
  open,
  title,
  icon,
  confirmLabel,
  cancelLabel = "Cancel",
  tone = "danger",
  busy,
  error,
  onConfirm,
  onClose,
  children,
}: {
  open: boolean;
  title: ReactNode;
  icon?: ReactNode;
  confirmLabel: string;
  cancelLabel?: string;
  tone?: "danger" | "primary";
  busy?: boolean;
  error?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <Dialog
      open={open}
      size="sm"
      role="alertdialog"
      describedBy={id}
      title={title}
      icon={icon}
      busy={busy}
      onClose={onClose}
      footer={
        <>
          <Button data-autofocus disabled={busy} onClick={onClose}>
            {cancelLabel}
          </Button>
          <Button variant={tone} pending={busy} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <div id={id} className="text-muted flex flex-col gap-3">
        {children}
        {error ? <Notice tone="bad">{error}</Notice> : null}
      </div>
    </Dialog>
  );
}
