"use client";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { useToast } from "@/components/toast";
import { removeMailSettingsAction } from "./actions";

export function RemoveMailButton({ host }: { host: string }) {
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();

  function remove() {
    start(async () => {
      const result = await removeMailSettingsAction();
      if (!result.ok) return setError(result.error.message);
      toast("The mail settings are removed");
      setAsking(false);
    });
  }

  return (
    <>
      <Button variant="ghost" className="mr-auto" onClick={() => setAsking(true)}>
        Remove settings
      </Button>
      <ConfirmDialog
        open={isAsking}
        title="Remove the mail settings"
        confirmLabel="Remove"
        busy={isBusy}
        error={error}
        onConfirm={remove}
        onClose={() => {
          setAsking(false);
          setError(null);
        }}
      >
        <p>
          The password for {host} is erased. Nobody is told anything by mail any more; the bell goes on, and so do
          webhooks.
        </p>
      </ConfirmDialog>
    </>
  );
}
