"use client";
import { KeyRound, Pencil, ScrollText, Send, Trash2 } from "lucide-react";
import { useOptimistic, useState, useTransition } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ListRow, RowText } from "@/components/list";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/menu";
import { StateIcon } from "@/components/state-icon";
import { Switch } from "@/components/switch";
import { Time } from "@/components/time";
import { useToast } from "@/components/toast";
import type { WithSecret } from "@/lib/webhooks/change-webhook";
import type { WebhookSummary } from "@/lib/webhooks/webhook";
import { enableWebhookAction, removeWebhookAction, rotateWebhookSecretAction, testWebhookAction } from "./actions";
import { SecretDialog } from "./secret-dialog";
import { WebhookDialog } from "./webhook-dialog";
import { type EventWords, STATES, shortUrl, stateOf } from "./webhook-state";

/** One webhook: where it goes, what it is told of, and how the newest message went. */
export function WebhookRow({ webhook, words, now }: { webhook: WebhookSummary; words: EventWords; now: string }) {
  const [dialog, setDialog] = useState<"edit" | "remove" | "secret" | null>(null);
  const [isEnabled, showEnabled] = useOptimistic(webhook.enabled);
  const [isSending, startSending] = useTransition();
  const [, start] = useTransition();
  const toast = useToast();
  const { id, name, last, pending, events } = webhook;
  const { state, word } = stateOf(webhook);

  function enable(enabled: boolean) {
    start(async () => {
      showEnabled(enabled);
      const result = await enableWebhookAction(id, enabled);
      if (!result.ok) toast(result.error.message, "bad");
      else toast(enabled ? `${name} is enabled` : `${name} is disabled`);
    });
  }

  function test() {
    startSending(async () => {
      const result = await testWebhookAction(id);
      if (!result.ok) toast(result.error.message, "bad");
      else toast(result.value.sentence, result.value.ok ? "ok" : "bad");
    });
  }

  return (
    <ListRow
      state={<StateIcon state={state} label={word} />}
      title={name}
      href={`/admin/webhooks/${id}`}
      subtitle={<span className="break-all">{shortUrl(webhook.url)}</span>}
      actions={
        <>
          <Switch label={`${name} is enabled`} checked={isEnabled} onChange={enable}>
            {isEnabled ? "Enabled" : "Disabled"}
          </Switch>
          <Menu label={`More for ${name}`}>
            <MenuItem icon={<Send aria-hidden />} disabled={isSending} onSelect={test}>
              Send test
            </MenuItem>
            <MenuLink href={`/admin/webhooks/${id}`} icon={<ScrollText aria-hidden />}>
              Delivery log
            </MenuLink>
            <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog("edit")}>
              Edit
            </MenuItem>
            <MenuItem icon={<KeyRound aria-hidden />} onSelect={() => setDialog("secret")}>
              New secret
            </MenuItem>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDialog("remove")}>
              Remove
            </MenuItem>
          </Menu>
          {dialog === "edit" ? <WebhookDialog webhook={webhook} words={words} onClose={() => setDialog(null)} /> : null}
          {dialog === "secret" ? <NewSecret webhook={webhook} onClose={() => setDialog(null)} /> : null}
          {dialog === "remove" ? <Remove webhook={webhook} onClose={() => setDialog(null)} /> : null}
        </>
      }
    >
      <RowText>
        {events.length === 0
          ? "Told of everything that happens to credentials."
          : `Told when a credential ${events.map((event) => words[event]).join("; ")}.`}
      </RowText>
      <RowText>
        {last ? (
          <>
            Last message <Time at={last.at} now={now} />: {STATES[last.state].word}.{last.error ? ` ${last.error}` : ""}
          </>
        ) : (
          "Nothing was sent yet. Send a test to see that it works."
        )}
        {pending > 0 ? ` ${pending} ${pending === 1 ? "waits" : "wait"} to be sent.` : null}
      </RowText>
    </ListRow>
  );
}

/** Asks, makes it, and shows it once. */
function NewSecret({ webhook, onClose }: { webhook: WebhookSummary; onClose: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [made, setMade] = useState<WithSecret | null>(null);
  const [isBusy, start] = useTransition();

  function make() {
    start(async () => {
      const result = await rotateWebhookSecretAction(webhook.id);
      if (!result.ok) return setError(result.error.message);
      setMade(result.value);
    });
  }

  if (made?.secret) return <SecretDialog name={webhook.name} secret={made.secret} isNew onClose={onClose} />;
  return (
    <ConfirmDialog
      open
      title={`New signing secret for ${webhook.name}`}
      confirmLabel="Make a new secret"
      tone="primary"
      busy={isBusy}
      error={error}
      onConfirm={make}
      onClose={onClose}
    >
      <p>From then on messages are signed with the new one. The receiver refuses them until it knows it.</p>
    </ConfirmDialog>
  );
}

function Remove({ webhook, onClose }: { webhook: WebhookSummary; onClose: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();

  function remove() {
    start(async () => {
      const result = await removeWebhookAction(webhook.id);
      if (!result.ok) return setError(result.error.message);
      toast(`${webhook.name} is removed`);
      onClose();
    });
  }

  return (
    <ConfirmDialog
      open
      title={`Remove ${webhook.name}`}
      confirmLabel="Remove"
      busy={isBusy}
      error={error}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>It is told nothing more, and its delivery log goes with it.</p>
    </ConfirmDialog>
  );
}
