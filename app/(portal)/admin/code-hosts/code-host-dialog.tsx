"use client";
import { PlugZap } from "lucide-react";
import { type FormEvent, useId, useRef, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { HostIcon } from "@/components/host-icon";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { Select } from "@/components/select";
import { Textarea } from "@/components/textarea";
import type { CodeHostFailure, CodeHostSummary } from "@/lib/code-hosts/code-host";
import type { ConnectionTest } from "@/lib/code-hosts/test-connection";
import { offlineKind } from "@/lib/hosts/offline";
import { useFocusOnFailure } from "../../../_forms/use-focus-on-failure";
import { addCodeHostAction, editCodeHostAction, testConnectionAction } from "./actions";
import { AffectedNotice } from "./affected-notice";
import { ConnectionAnswer } from "./connection-answer";

export interface Kind {
  kind: string;
  name: string;
}

/** Adds a code host, or edits one. The kind is chosen once; the connection can be tested before anything is saved. */
export function CodeHostDialog(props: {
  host: CodeHostSummary | null;
  kinds: readonly Kind[];
  onSaved: (host: CodeHostSummary) => void;
  onClose: () => void;
}) {
  const { host, kinds, onSaved, onClose } = props;
  const formId = useId();
  const form = useRef<HTMLFormElement>(null);
  const [kind, setKind] = useState(host?.kind ?? kinds[0]?.kind ?? "");
  const [failure, setFailure] = useState<CodeHostFailure | null>(null);
  const [test, setTest] = useState<ConnectionTest | null>(null);
  const [overSsh, setOverSsh] = useState(host?.gitOverSsh ?? false);
  const [isDirty, setDirty] = useState(false);
  const [isSaving, startSave] = useTransition();
  const [isTesting, startTest] = useTransition();
  const offline = offlineKind(kind);
  const kindName = kinds.find((one) => one.kind === kind)?.name ?? kind;
  const fieldError = (name: string) => failure?.fields?.[name];
  useFocusOnFailure(form, failure);
  const affected = failure && "affected" in failure ? failure.affected : null;

  function read() {
    const data = new FormData(form.current ?? undefined);
    const text = (name: string) => String(data.get(name) ?? "");
    return {
      name: text("name"),
      baseUrl: text("baseUrl"),
      caCertificate: text("caCertificate").trim() === "" ? null : text("caCertificate"),
      gitOverSsh: data.get("gitOverSsh") === "on",
      sshAddress: text("sshAddress"),
    };
  }

  function save(event: FormEvent) {
    event.preventDefault();
    const confirmedCount = affected?.count ?? 0;
    startSave(async () => {
      const fields = read();
      const result = host
        ? await editCodeHostAction({ ...fields, id: host.id, confirmedCount })
        : await addCodeHostAction({ ...fields, kind });
      if (!result.ok) return setFailure(result.error);
      onSaved(result.value);
    });
  }

  function runTest() {
    setTest(null);
    startTest(async () => {
      const fields = read();
      // A name is not needed to find out what answers.
      const result = await testConnectionAction({ ...fields, name: fields.name.trim() || kindName, kind });
      if (!result.ok) return setFailure(result.error);
      setFailure(null);
      setTest(result.value);
    });
  }

  function touch() {
    setDirty(true);
    setTest(null);
    if (affected) setFailure(null);
  }

  return (
    <Dialog
      open
      title={host ? `Edit ${host.name}` : "Add a code host"}
      subtitle={host ? kindName : "One that people have tokens for."}
      icon={<HostIcon kind={kind} />}
      dirty={isDirty}
      busy={isSaving}
      onClose={onClose}
      footer={
        <>
          <Button
            className="sm:mr-auto"
            icon={<PlugZap aria-hidden />}
            pending={isTesting}
            disabled={isSaving}
            onClick={runTest}
          >
            Test connection
          </Button>
          <Button disabled={isSaving} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant={affected ? "danger" : "primary"} pending={isSaving}>
            {affected ? "Change the address" : host ? "Save" : "Add code host"}
          </Button>
        </>
      }
    >
      <form id={formId} ref={form} noValidate onSubmit={save} onChange={touch} className="flex flex-col gap-4">
        {failure && !failure.fields && !affected ? <Notice tone="bad">{failure.message}</Notice> : null}
        {fieldError("form") ? <Notice tone="bad">{fieldError("form")}</Notice> : null}
        {host ? null : (
          <Field label="Kind" error={fieldError("kind")}>
            <Select name="kind" value={kind} onChange={(event) => setKind(event.target.value)}>
              {kinds.map((one) => (
                <option key={one.kind} value={one.kind}>
                  {one.name}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <Field label="Address" hint={offline?.addressHint} error={fieldError("baseUrl")}>
          <Input
            name="baseUrl"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={500}
            placeholder={offline?.exampleUrl}
            defaultValue={host?.baseUrl}
          />
        </Field>
        <Field label="Name" hint="What people see in their list." error={fieldError("name")}>
          <Input
            name="name"
            autoComplete="off"
            maxLength={100}
            placeholder={`Our ${kindName}`}
            defaultValue={host?.name}
          />
        </Field>
        <Field
          label="Private CA certificate"
          aside="Optional"
          hint="When this host's certificate comes from your own authority: that authority's certificate, in PEM form. It is trusted for this host only."
          error={fieldError("caCertificate")}
        >
          <Textarea
            mono
            name="caCertificate"
            rows={3}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className="max-h-48 text-sm"
            placeholder="-----BEGIN CERTIFICATE-----"
            defaultValue={host?.caCertificate ?? ""}
          />
        </Field>
        <Checkbox
          name="gitOverSsh"
          checked={overSsh}
          onChange={(event) => setOverSsh(event.target.checked)}
          label="Git runs over SSH"
          hint="Tick it when repositories on this host are cloned over SSH, not HTTPS. Each credential then gets a key pair."
        />
        <Field
          label="SSH address"
          aside="Optional"
          hint="Only if it differs from what the address above suggests: the user, the host and the port of git's SSH."
          error={fieldError("sshAddress")}
          className={overSsh ? undefined : "hidden"}
        >
          <Input
            name="sshAddress"
            mono
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={400}
            placeholder="git@git.example.com:22"
            defaultValue={host?.sshAddress ?? ""}
          />
        </Field>
        {affected ? (
          <AffectedNotice
            affected={affected}
            title={`${affected.count === 1 ? "1 credential becomes" : `${affected.count} credentials become`} unusable`}
          >
            Each is sealed for the old address. Its owner has to enter the token again:
          </AffectedNotice>
        ) : null}
        <div aria-live="polite">{test ? <ConnectionAnswer test={test} /> : null}</div>
      </form>
    </Dialog>
  );
}
