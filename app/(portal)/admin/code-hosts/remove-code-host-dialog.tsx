"use client";
import { useState, useTransition } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { HostIcon } from "@/components/host-icon";
import { useToast } from "@/components/toast";
import type { AffectedCredentials, CodeHostSummary } from "@/lib/code-hosts/code-host";
import { removeCodeHostAction } from "./actions";
import { AffectedNotice } from "./affected-notice";

/** Asks once; when there are credentials, tells whose and asks again. */
export function RemoveCodeHostDialog({ host, onClose }: { host: CodeHostSummary; onClose: () => void }) {
  const [affected, setAffected] = useState<AffectedCredentials | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();

  function remove() {
    start(async () => {
      const result = await removeCodeHostAction({ id: host.id, confirmedCount: affected?.count ?? 0 });
      if (result.ok) {
        toast(`${host.name} is removed`);
        onClose();
      } else if ("affected" in result.error) {
        setAffected(result.error.affected);
        setError(null);
      } else setError(result.error.message);
    });
  }

  const count = affected?.count ?? 0;
  const withCredentials = count === 1 ? "Remove it and 1 credential" : `Remove it and ${count} credentials`;
  return (
    <ConfirmDialog
      open
      title={`Remove ${host.name}`}
      icon={<HostIcon kind={host.kind} />}
      confirmLabel={affected ? withCredentials : host.credentialCount > 0 ? "Continue" : "Remove"}
      busy={isBusy}
      error={error}
      onConfirm={remove}
      onClose={onClose}
    >
      {affected ? (
        <AffectedNotice
          affected={affected}
          title={count === 1 ? "1 credential goes with it" : `${count} credentials go with it`}
        >
          Tools that use these stop working on {host.name}:
        </AffectedNotice>
      ) : (
        <p>
          Nobody can add tokens for <span className="text-ink break-all">{host.baseUrl}</span> any more.
          {host.credentialCount > 0 ? " You are shown whose credentials go with it before anything is removed." : ""}
        </p>
      )}
      <p>Tokens live on at the code host until they are deleted there.</p>
    </ConfirmDialog>
  );
}
