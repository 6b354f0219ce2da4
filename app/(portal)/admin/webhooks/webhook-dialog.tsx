"use client";
import { Plus } from "lucide-react";
import { type FormEvent, useId, useRef, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { useToast } from "@/components/toast";
import type { EventName } from "@/lib/notifications/event";
import type { Failure } from "@/lib/result";
import type { WithSecret } from "@/lib/webhooks/change-webhook";
import type { WebhookSummary } from "@/lib/webhooks/webhook";
import { useFocusOnFailure } from "../../../_forms/use-focus-on-failure";
import { addWebhookAction, editWebhookAction } from "./actions";
import { SecretDialog } from "./secret-dialog";
import type { EventWords } from "./webhook-state";

export function AddWebhookButton({ words }: { words: EventWords }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setOpen(true)}>
        Add webhook
      </Button>
      {isOpen ? <WebhookDialog webhook={null} words={words} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Name, address and events; then, when one was made, the signing secret, once. */
export function WebhookDialog(props: { webhook: WebhookSummary | null; words: EventWords; onClose: () => void }) {
  const { webhook, words, onClose } = props;
  const names = Object.keys(words) as EventName[];
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [isAll, setAll] = useState((webhook?.events.length ?? 0) === 0);
  const [chosen, setChosen] = useState<readonly EventName[]>(webhook?.events ?? []);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [made, setMade] = useState<WithSecret | null>(null);
  const [isDirty, setDirty] = useState(false);
  const [isSaving, start] = useTransition();
  const toast = useToast();
  useFocusOnFailure(form, failure);
  const errorOf = (name: string) => failure?.fields?.[name];

  function save(event: FormEvent) {
    event.preventDefault();
    const data = new FormData(form.current ?? undefined);
    if (!isAll && chosen.length === 0) {
      const message = "Choose at least one event, or all of them.";
      return setFailure({ code: "invalid-input", message, fields: { events: message } });
    }
    start(async () => {
      const fields = {
        name: String(data.get("name") ?? ""),
        url: String(data.get("url") ?? ""),
        events: isAll ? [] : [...chosen],
      };
      const result = webhook ? await editWebhookAction({ ...fields, id: webhook.id }) : await addWebhookAction(fields);
      if (!result.ok) return setFailure(result.error);
      toast(webhook ? `${result.value.webhook.name} is saved` : `${result.value.webhook.name} is added`);
      if (result.value.secret === null) onClose();
      else setMade(result.value);
    });
  }

  if (made?.secret) {
    return <SecretDialog name={made.webhook.name} secret={made.secret} isNew={webhook !== null} onClose={onClose} />;
  }
  return (
    <Dialog
      open
      title={webhook ? `Edit ${webhook.name}` : "Add a webhook"}
      dirty={isDirty}
      busy={isSaving}
      onClose={onClose}
      footer={
        <>
          <Button disabled={isSaving} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" pending={isSaving}>
            {webhook ? "Save" : "Add webhook"}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        ref={form}
        noValidate
        onSubmit={save}
        onChange={() => setDirty(true)}
        className="flex flex-col gap-4"
      >
        {failure && !failure.fields ? <Notice tone="bad">{failure.message}</Notice> : null}
        <Field label="Name" error={errorOf("name")}>
          <Input
            name="name"
            autoComplete="off"
            maxLength={100}
            defaultValue={webhook?.name}
            placeholder="Ops channel"
          />
        </Field>
        <Field
          label="Address"
          error={errorOf("url")}
          hint={
            webhook
              ? "At another host it gets a new signing secret."
              : "Where the messages are posted to. https, or http within your allowed networks."
          }
        >
          <Input
            name="url"
            type="url"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={2000}
            defaultValue={webhook?.url}
            placeholder="https://hooks.example.com/forgepass"
          />
        </Field>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 font-medium">When a credential …</legend>
          {errorOf("events") ? <Notice tone="bad">{errorOf("events")}</Notice> : null}
          <Checkbox
            label="All events"
            hint="Those too that later versions of Forgepass know."
            checked={isAll}
            onChange={({ target }) => setAll(target.checked)}
          />
          {isAll
            ? null
            : names.map((name) => (
                <Checkbox
                  key={name}
                  className="pl-7"
                  label={words[name]}
                  checked={chosen.includes(name)}
                  onChange={({ target }) => {
                    setFailure(null);
                    setChosen(names.filter((one) => (one === name ? target.checked : chosen.includes(one))));
                  }}
                />
              ))}
        </fieldset>
      </form>
    </Dialog>
  );
}
