"use client";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Dialog } from "@/components/dialog";
import { HostIcon } from "@/components/host-icon";
import { Code } from "@/components/scope-chip";
import { TextLink } from "@/components/text-link";
import { useToast } from "@/components/toast";
import { accountName } from "@/lib/credentials/account-name";
import type { TakenOff } from "@/lib/ssh-keys/take-off";

import { consequence } from "./consequence";
import { kindName, managePage } from "./guided-types";
import { removeCredentialAction } from "./remove-actions";
import type { RowData } from "./row-data";

/** Says what stops working, and that the token itself lives on at its code host. */
export function RemoveDialog({ open, data, onClose }: { open: boolean; data: RowData; onClose: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [left, setLeft] = useState<TakenOff[] | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();
  const { host, credential, owner } = data;
  if (left) return <LeftThere left={left} host={host} onClose={onClose} />;
  if (!credential) return null;

  function remove() {
    if (!credential) return;
    start(async () => {
      const result = await removeCredentialAction({ owner, credentialId: credential.id });
      if (!result.ok) return setError(result.error.message);
      toast(`The token for ${host.name} is removed`);
      const left = result.value.keys.filter(({ outcome }) => outcome === "left");
      if (left.length === 0) return onClose();
      setLeft(left);
    });
  }

  return (
    <ConfirmDialog
      open={open}
      title={`Remove the token for ${host.name}`}
      icon={<HostIcon kind={host.kind} />}
      confirmLabel="Remove token"
      busy={isBusy}
      error={error}
      onConfirm={remove}
      onClose={() => {
        setError(null);
        onClose();
      }}
    >
      <p>
        {credential.end ? <Code className="text-ink">{credential.end}</Code> : "The token"}
        {credential.login ? ` of ${accountName(credential.login)}` : ""} is deleted here for good. To use it again you
        must enter it again.
      </p>
      <p>{consequence(data)}</p>
      <p>
        On {kindName(data)} the token lives on.{" "}
        <TextLink href={managePage(data)} external>
          Delete it there too
        </TextLink>
      </p>
    </ConfirmDialog>
  );
}

/** The token is gone; these public keys could not be taken off the host from here. */
function LeftThere({ left, host, onClose }: { left: TakenOff[]; host: RowData["host"]; onClose: () => void }) {
  return (
    <Dialog
      open
      size="sm"
      title={`A public key is left on ${host.name}`}
      icon={<HostIcon kind={host.kind} />}
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <ul className="text-muted flex flex-col gap-3">
        {left.map(({ use, message, page }) => (
          <li key={use} className="break-words">
            {message}{" "}
            {page ? (
              <TextLink href={page} external>
                Open its page
              </TextLink>
            ) : null}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
