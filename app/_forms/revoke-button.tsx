"use client";
import { type ReactNode, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/toast";
import type { Result } from "@/lib/result";

/** Ends something that was handed out, a link say, after asking; the children say what follows. */
export function RevokeButton(props: {
  /** The button's name: "Revoke the invitation of …". */
  label: string;
  title: string;
  /** What is said when it is done. */
  done: string;
  revoke: () => Promise<Result<unknown>>;
  children: ReactNode;
}) {
  const { label, title, done, revoke, children } = props;
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();
  function close() {
    setError(null);
    setAsking(false);
  }
  function confirm() {
    start(async () => {
      const result = await revoke();
      if (!result.ok) return setError(result.error.message);
      toast(done);
      close();
    });
  }
  return (
    <>
      <Button size="sm" onClick={() => setAsking(true)} aria-label={label}>
        Revoke
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={title}
        confirmLabel="Revoke"
        busy={isBusy}
        error={error}
        onConfirm={confirm}
        onClose={close}
      >
        {children}
      </ConfirmDialog>
    </>
  );
}
