"use client";
import { Pencil, RotateCcw, Trash2 } from "lucide-react";
import { useOptimistic, useState, useTransition } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { HostIcon } from "@/components/host-icon";
import { ListRow } from "@/components/list";
import { Menu, MenuItem, MenuSeparator } from "@/components/menu";
import { Pill } from "@/components/pill";
import { ScopeChip } from "@/components/scope-chip";
import { Switch } from "@/components/switch";
import { useToast } from "@/components/toast";
import type { ConsumerSummary } from "@/lib/consumers/consumer";
import { enableConsumerAction, removeConsumerAction, resetConsumerAction } from "./actions";
import { ConsumerDialog, type KindScopes } from "./consumer-dialog";

/** One consumer: what it needs on each kind of code host, and whether credentials are compared with it. */
export function ConsumerRow({ consumer, kinds }: { consumer: ConsumerSummary; kinds: readonly KindScopes[] }) {
  const [dialog, setDialog] = useState<"edit" | "remove" | "reset" | null>(null);
  const [isEnabled, showEnabled] = useOptimistic(consumer.enabled);
  const [, start] = useTransition();
  const toast = useToast();
  const { name, description, isBuiltIn, isChanged, requirements } = consumer;

  function enable(enabled: boolean) {
    start(async () => {
      showEnabled(enabled);
      const result = await enableConsumerAction(consumer.id, enabled);
      if (!result.ok) toast(result.error.message, "bad");
      else toast(enabled ? `${name} is enabled` : `${name} is disabled`);
    });
  }

  const needed = kinds.filter(({ kind }) => requirements.some((one) => one.kind === kind));
  return (
    <ListRow
      title={name}
      subtitle={description}
      actions={
        <>
          <Switch label={`${name} is enabled`} checked={isEnabled} onChange={enable}>
            {isEnabled ? "Enabled" : "Disabled"}
          </Switch>
          <Menu label={`More for ${name}`}>
            <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog("edit")}>
              Edit
            </MenuItem>
            {isBuiltIn ? (
              <MenuItem icon={<RotateCcw aria-hidden />} disabled={!isChanged} onSelect={() => setDialog("reset")}>
                Reset scopes
              </MenuItem>
            ) : (
              <>
                <MenuSeparator />
                <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDialog("remove")}>
                  Remove
                </MenuItem>
              </>
            )}
          </Menu>
          {dialog === "edit" ? (
            <ConsumerDialog consumer={consumer} kinds={kinds} onClose={() => setDialog(null)} />
          ) : null}
          {dialog === "remove" || dialog === "reset" ? (
            <Confirm what={dialog} consumer={consumer} onClose={() => setDialog(null)} />
          ) : null}
        </>
      }
    >
      {groupAlike(requirements, needed).map(({ kinds: alike, scopes }) => (
        <div key={alike[0]?.kind} className="flex flex-col gap-1">
          <p className="text-muted flex flex-wrap items-center gap-x-3 gap-y-0.5 text-sm">
            {alike.map(({ kind, name: kindName }) => (
              <span key={kind} className="inline-flex items-center gap-1.5">
                <HostIcon kind={kind} className="size-3.5" />
                {kindName}
              </span>
            ))}
          </p>
          <div className="flex min-w-0 flex-wrap gap-1.5">
            {scopes.map(({ scope, why }) => (
              <ScopeChip key={scope} name={scope} title={why} />
            ))}
          </div>
        </div>
      ))}
      {needed.length === 0 ? <p className="text-muted">Needs no scopes yet.</p> : null}
      {isBuiltIn ? (
        <div className="flex flex-wrap gap-1.5">
          <Pill tone="off">Built in</Pill>
          {isChanged ? <Pill tone="off">Scopes changed here</Pill> : null}
        </div>
      ) : null}
    </ListRow>
  );
}

/** Kinds that it needs the same scopes on stand together. */
function groupAlike(requirements: ConsumerSummary["requirements"], kinds: readonly KindScopes[]) {
  const groups = new Map<string, { kinds: KindScopes[]; scopes: { scope: string; why: string }[] }>();
  for (const kind of kinds) {
    const scopes = requirements.filter((one) => one.kind === kind.kind);
    const key = JSON.stringify(scopes.map(({ scope }) => scope));
    const group = groups.get(key);
    if (group) group.kinds.push(kind);
    else groups.set(key, { kinds: [kind], scopes });
  }
  return [...groups.values()];
}

function Confirm(props: { what: "remove" | "reset"; consumer: ConsumerSummary; onClose: () => void }) {
  const { what, consumer, onClose } = props;
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();
  const isRemoval = what === "remove";

  function confirm() {
    start(async () => {
      const result = isRemoval ? await removeConsumerAction(consumer.id) : await resetConsumerAction(consumer.id);
      if (!result.ok) return setError(result.error.message);
      toast(isRemoval ? `${consumer.name} is removed` : `${consumer.name} is as its documentation says`);
      onClose();
    });
  }

  return (
    <ConfirmDialog
      open
      title={isRemoval ? `Remove ${consumer.name}` : `Reset the scopes of ${consumer.name}`}
      confirmLabel={isRemoval ? "Remove" : "Reset"}
      tone={isRemoval ? "danger" : "primary"}
      busy={isBusy}
      error={error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        {isRemoval
          ? "Credentials are no longer compared with what it needs. No credential changes."
          : "Its description and scopes become what its documentation asks for. Its name stays, and whether it is enabled."}
      </p>
    </ConfirmDialog>
  );
}
