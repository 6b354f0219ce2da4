"use client";
import { Plus, X } from "lucide-react";
import { type FormEvent, useId, useRef, useState, useTransition } from "react";
import { Button, IconButton } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { HostIcon } from "@/components/host-icon";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { useToast } from "@/components/toast";
import type { ConsumerSummary } from "@/lib/consumers/consumer";
import type { Failure } from "@/lib/result";
import { useFocusOnFailure } from "../../../_forms/use-focus-on-failure";
import { addConsumerAction, editConsumerAction } from "./actions";

export interface KindScopes {
  kind: string;
  name: string;
  scopes: { id: string; meaning: string }[];
}

interface Row {
  /** React's key; not submitted. */
  key: number;
  kind: string;
  scope: string;
  why: string;
}

export function AddConsumerButton({ kinds }: { kinds: readonly KindScopes[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setOpen(true)}>
        Add consumer
      </Button>
      {isOpen ? <ConsumerDialog consumer={null} kinds={kinds} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Name, description, and for each kind of code host the scopes with why each is needed. */
export function ConsumerDialog(props: {
  consumer: ConsumerSummary | null;
  kinds: readonly KindScopes[];
  onClose: () => void;
}) {
  const { consumer, kinds, onClose } = props;
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const count = useRef(consumer?.requirements.length ?? 0);
  const [rows, setRows] = useState<Row[]>((consumer?.requirements ?? []).map((one, key) => ({ ...one, key })));
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isDirty, setDirty] = useState(false);
  const [isSaving, start] = useTransition();
  const toast = useToast();
  useFocusOnFailure(form, failure);
  const errorOf = (name: string) => failure?.fields?.[name];

  function save(event: FormEvent) {
    event.preventDefault();
    start(async () => {
      const data = new FormData(form.current ?? undefined);
      const fields = {
        name: String(data.get("name") ?? ""),
        description: String(data.get("description") ?? ""),
        requirements: rows.map(({ kind, scope, why }) => ({ kind, scope, why })),
      };
      const result = consumer
        ? await editConsumerAction({ ...fields, id: consumer.id })
        : await addConsumerAction(fields);
      if (!result.ok) return setFailure(result.error);
      toast(consumer ? `${result.value.name} is saved` : `${result.value.name} is added`);
      onClose();
    });
  }

  function change(key: number, part: Partial<Row>) {
    setDirty(true);
    setRows((all) => all.map((row) => (row.key === key ? { ...row, ...part } : row)));
  }

  function add(kind: string) {
    count.current += 1;
    const key = count.current;
    setDirty(true);
    setFailure(null);
    setRows((all) => [...all, { key, kind, scope: "", why: "" }]);
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(`[data-scope="${key}"]`)?.focus());
  }

  function drop(row: Row) {
    setDirty(true);
    setFailure(null);
    setRows((all) => all.filter(({ key }) => key !== row.key));
    document.getElementById(`${formId}-add-${row.kind}`)?.focus();
  }

  return (
    <Dialog
      open
      size="lg"
      title={consumer ? `Edit ${consumer.name}` : "Add a consumer"}
      subtitle={consumer ? undefined : "A tool that uses credentials, and what it needs of them."}
      dirty={isDirty}
      busy={isSaving}
      onClose={onClose}
      footer={
        <>
          <Button disabled={isSaving} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="primary" pending={isSaving}>
            {consumer ? "Save" : "Add consumer"}
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
        {errorOf("form") || errorOf("requirements") ? (
          <Notice tone="bad">{errorOf("form") ?? errorOf("requirements")}</Notice>
        ) : null}
        <Field label="Name" error={errorOf("name")}>
          <Input name="name" autoComplete="off" maxLength={100} defaultValue={consumer?.name} />
        </Field>
        <Field label="What it does" aside="Optional" error={errorOf("description")}>
          <Input name="description" autoComplete="off" maxLength={300} defaultValue={consumer?.description} />
        </Field>
        {kinds.map((kind) => (
          <fieldset key={kind.kind} className="border-line flex flex-col gap-3 border-t pt-4">
            <legend className="float-left flex items-center gap-2 font-semibold">
              <HostIcon kind={kind.kind} className="size-4" />
              On {kind.name}
            </legend>
            <datalist id={`${formId}-scopes-${kind.kind}`}>
              {kind.scopes.map(({ id, meaning }) => (
                <option key={id} value={id}>
                  {meaning}
                </option>
              ))}
            </datalist>
            {rows.map((row, index) =>
              row.kind === kind.kind ? (
                <div
                  key={row.key}
                  className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[13rem_minmax(0,1fr)_auto]"
                >
                  <Field hideLabel label={`Scope on ${kind.name}`} error={errorOf(`requirements.${index}.scope`)}>
                    <Input
                      mono
                      data-scope={row.key}
                      list={`${formId}-scopes-${kind.kind}`}
                      autoComplete="off"
                      autoCapitalize="none"
                      spellCheck={false}
                      maxLength={100}
                      placeholder="scope"
                      value={row.scope}
                      onChange={(event) => change(row.key, { scope: event.target.value })}
                    />
                  </Field>
                  <Field
                    hideLabel
                    className="max-sm:col-span-2 max-sm:row-start-2"
                    label={`Why ${row.scope || "it"} is needed`}
                    error={errorOf(`requirements.${index}.why`)}
                  >
                    <Input
                      autoComplete="off"
                      maxLength={200}
                      placeholder="to comment on merge requests"
                      value={row.why}
                      onChange={(event) => change(row.key, { why: event.target.value })}
                    />
                  </Field>
                  <IconButton
                    size="md"
                    variant="ghost"
                    label={`Drop ${row.scope || "this scope"}`}
                    onClick={() => drop(row)}
                  >
                    <X aria-hidden />
                  </IconButton>
                </div>
              ) : null,
            )}
            <div>
              <Button
                id={`${formId}-add-${kind.kind}`}
                size="sm"
                icon={<Plus aria-hidden />}
                onClick={() => add(kind.kind)}
              >
                Add a {kind.name} scope
              </Button>
            </div>
          </fieldset>
        ))}
      </form>
    </Dialog>
  );
}
