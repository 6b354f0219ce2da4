"use client";
import { useRouter } from "next/navigation";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { GuideSteps } from "@/app/_guides/guide-steps";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { HostIcon } from "@/components/host-icon";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { Select } from "@/components/select";
import { useToast } from "@/components/toast";
import type { Confirmation } from "@/lib/credentials/input";
import type { RuleVerdict } from "@/lib/policy/judge";
import { SshKeyDialog } from "../_ssh-keys/ssh-key-dialog";
import { addressOf, guidedTypes, guideVersions, repositoryExample } from "./guided-types";
import type { RowData } from "./row-data";
import { StoreChecks } from "./store-checks";
import { StoreFooter } from "./store-footer";
import { TokenField } from "./token-field";
import { readTypeFields, TypeFields } from "./type-fields";
import { type Store, useStore } from "./use-store";

const CLOSE_AFTER_MS = 900;

/** Adds a token or replaces one: how to make it, the field, the checks as they come, and what must be confirmed. */
export function StoreDialog({ open, ...rest }: { open: boolean; data: RowData; now: string; onClose: () => void }) {
  return open ? <OpenStoreDialog {...rest} /> : null;
}

/** Where git goes over SSH, its public key is the second step, until the host knows it. */
function OpenStoreDialog({ data: row, now, onClose }: { data: RowData; now: string; onClose: () => void }) {
  // As it was when the dialog opened: once stored, the row behind it is another.
  const [data] = useState(row);
  const { owner, host, sshKey } = data;
  const [credentialId, setCredentialId] = useState<string | null>(null);
  const needsKey = host.gitOverSsh && sshKey?.state !== "known";
  if (credentialId === null) {
    return (
      <TokenDialog data={data} onStored={needsKey ? setCredentialId : onClose} hasNext={needsKey} onClose={onClose} />
    );
  }
  const point = { owner, credentialId, use: "git" } as const;
  return <SshKeyDialog isSecondStep point={point} host={host} now={now} onClose={onClose} />;
}

function TokenDialog({
  data,
  hasNext,
  onStored,
  onClose,
}: {
  data: RowData;
  hasNext: boolean;
  /** Once what there is to read was read. */
  onStored: (credentialId: string) => void;
  onClose: () => void;
}) {
  const { host, credential } = data;
  const versions = guideVersions(data);
  const [version, setVersion] = useState(versions[0]?.id ?? "");
  const types = useMemo(() => guidedTypes(data, version), [data, version]);
  const store = useStore();
  const router = useRouter();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const outcome = useRef<HTMLDivElement>(null);
  const formId = useId();
  const [typeId, setTypeId] = useState(types.find(({ id }) => id === credential?.type)?.id ?? types[0]?.id ?? "");
  const [isFilled, setFilled] = useState(false);
  const [isBlocked, setBlocked] = useState(false);
  const type = types.find(({ id }) => id === typeId) ?? types[0];
  const { result } = store;
  const error = result && !result.ok ? result.error : null;
  const isStored = result?.ok === true;

  // What is being answered must be seen without scrolling for it.
  useEffect(() => {
    if (store.status !== "idle" || store.steps.length > 0) outcome.current?.scrollIntoView({ block: "nearest" });
  }, [store.status, store.steps]);

  useEffect(() => {
    if (!result?.ok || needsReading(store)) return;
    const { id } = result.value;
    const timer = setTimeout(() => onStored(id), CLOSE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [result, store, onStored]);

  async function send(confirm: readonly Confirmation[] = []) {
    if (!form.current) return;
    const values = new FormData(form.current);
    const text = (name: string) => String(values.get(name) ?? "");
    const fields = readTypeFields(values);
    const answer = await store.send({
      owner: data.owner,
      codeHostId: host.id,
      ...(credential && { credentialId: credential.id }),
      ...(type && { type: type.id }),
      token: text("token"),
      ...(fields && { fields }),
      ...(text("repository") && { repository: text("repository") }),
      ...(confirm.length > 0 && { confirm: confirm.join(",") }),
    });
    if (!answer.ok) return;
    form.current?.reset();
    toast(credential ? `The token for ${host.name} is replaced` : `The token for ${host.name} is stored`);
    router.refresh();
  }

  return (
    <Dialog
      open
      title={title(data)}
      subtitle={addressOf(data)}
      icon={<HostIcon kind={host.kind} />}
      busy={store.status === "busy"}
      dirty={isFilled && !isStored}
      onClose={onClose}
      footer={
        <StoreFooter
          data={data}
          hasNext={hasNext}
          store={store}
          formId={formId}
          isFilled={isFilled && !isBlocked}
          tokenPage={type?.guide.tokenPage?.url ?? null}
          onConfirm={(confirm) => void send(confirm)}
          onStored={onStored}
          onClose={onClose}
        />
      }
    >
      <form
        id={formId}
        ref={form}
        noValidate
        autoComplete="off"
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          if (isFilled && !isBlocked && store.status !== "busy" && !isStored) void send();
        }}
      >
        {types.length > 1 || versions.length > 1 ? (
          <div className="grid gap-3 sm:grid-flow-col sm:auto-cols-fr">
            <Choice label="Kind of token" options={types} value={typeId} disabled={isStored} onChange={setTypeId} />
            <Choice
              label="Release of the code host"
              options={versions}
              value={version}
              disabled={isStored}
              onChange={setVersion}
            />
          </div>
        ) : null}
        {type ? (
          <GuideSteps
            guide={type.guide}
            required={data.required}
            field={
              <>
                <TypeFields
                  key={type.id}
                  fields={type.fields ?? []}
                  stored={credential?.fields ?? {}}
                  errors={error?.fields ?? {}}
                  disabled={store.status === "busy" || isStored}
                  onChange={() => {
                    if (store.status === "done") store.reset();
                  }}
                />
                <TokenField
                  kind={host.kind}
                  type={type}
                  types={types}
                  error={error?.fields?.token}
                  disabled={store.status === "busy" || isStored}
                  onChange={({ filled, blocked, type: seen }) => {
                    setFilled(filled);
                    setBlocked(blocked);
                    if (types.some(({ id }) => id === seen)) setTypeId(seen);
                    if (store.status === "done") store.reset();
                  }}
                />
              </>
            }
          />
        ) : null}
        {data.canProbe ? (
          <TryOn
            key={typeId}
            isOpen={type !== undefined && type.scopesTold !== "exactly"}
            example={repositoryExample(data)}
            error={error?.fields?.repository}
          />
        ) : null}
        <div ref={outcome} className="flex scroll-mb-5 flex-col gap-3">
          <StoreChecks store={store} hostName={host.name} />
          {error?.rules ? <BrokenRules rules={error.rules} /> : null}
          {error &&
          !error.refusal &&
          !error.fields &&
          !error.rules &&
          (error.code !== "needs-confirmation" || error.accounts) ? (
            <Notice tone={error.code === "needs-confirmation" ? "warn" : "bad"}>{error.message}</Notice>
          ) : null}
        </div>
      </form>
    </Dialog>
  );
}

/** Which of the site's rules it breaks, and what to do. */
function BrokenRules({ rules }: { rules: readonly RuleVerdict[] }) {
  return (
    <Notice tone="bad" title="This site's policy does not allow it">
      {rules.map(({ rule, sentence }) => (
        <p key={rule}>{sentence}</p>
      ))}
    </Notice>
  );
}

/** One of several; nothing where there is nothing to choose. */
function Choice({
  label,
  options,
  value,
  disabled,
  onChange,
}: {
  label: string;
  options: readonly { id: string; name: string }[];
  value: string;
  disabled: boolean;
  onChange: (id: string) => void;
}) {
  if (options.length < 2) return null;
  return (
    <Field label={label}>
      <Select value={value} onChange={(event) => onChange(event.target.value)} disabled={disabled}>
        {options.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** For a token that does not tell its scopes the only proof there is, so shown at once; else folded away. */
function TryOn({ isOpen, example, error }: { isOpen: boolean; example: string; error: string | undefined }) {
  return (
    <details open={isOpen || error !== undefined} className="group">
      <summary className="text-muted hover:text-ink w-max cursor-pointer font-medium">Try it on a repository</summary>
      <Field
        label="Repository to try it on"
        hideLabel
        className="mt-2"
        hint="Forgepass reads it once to see whether the token can push there. Nothing is written."
        error={error}
      >
        <Input name="repository" placeholder={example} mono autoComplete="off" spellCheck={false} />
      </Field>
    </details>
  );
}

function title({ owner, host, credential }: RowData): string {
  if (credential) return `Replace the token for ${host.name}`;
  if (owner === "me") return `Add your ${host.name} token`;
  if (owner.startsWith("team:")) return `Add the team’s ${host.name} token`;
  return owner === "site" ? `Add a global ${host.name} token` : `Add a ${host.name} token`;
}

/** Stays open when there is something to read beyond "it works". */
function needsReading(store: Store): boolean {
  const probed = store.steps.find((step) => step.step === "probe");
  const isAllowed =
    probed?.step !== "probe" || (probed.probe.ok && probed.probe.abilities.every(({ answer }) => answer === "yes"));
  if (!isAllowed) return true;
  const last = store.steps.find((step) => step.step === "assessment");
  if (last?.step !== "assessment") return false;
  const { unknown, excess, endsSoon } = last.assessment;
  return unknown.length > 0 || endsSoon || last.notes.length > 0 || excess.some(({ risk }) => risk !== "read");
}
