"use client";
import { type FormEvent, useId, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog, FooterNote } from "@/components/dialog";
import { Field } from "@/components/field";
import { HostIcon } from "@/components/host-icon";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { Code } from "@/components/scope-chip";
import { TextLink } from "@/components/text-link";
import { useToast } from "@/components/toast";
import { accountName } from "@/lib/credentials/account-name";
import type { Removed } from "@/lib/credentials/remove";
import { consequence } from "./consequence";
import { kindName } from "./guided-types";
import { removeCredentialAction } from "./remove-actions";
import { RemovedDialog } from "./removed-dialog";
import type { RowData } from "./row-data";

/** Says what stops working and what becomes of the token at its code host, and then what became of it. */
export function RemoveDialog({ open, data, onClose }: { open: boolean; data: RowData; onClose: () => void }) {
  // Held here: the row is drawn anew without its credential while the receipt is read.
  const [removed, setRemoved] = useState<Removed | null>(null);
  if (removed) {
    return (
      <RemovedDialog
        removed={removed}
        host={data.host}
        onClose={() => {
          setRemoved(null);
          onClose();
        }}
      />
    );
  }
  if (!open || !data.credential) return null;
  return <Ask data={data} credential={data.credential} onRemoved={setRemoved} onClose={onClose} />;
}

function Ask(props: {
  data: RowData;
  credential: NonNullable<RowData["credential"]>;
  onRemoved: (removed: Removed) => void;
  onClose: () => void;
}) {
  const { data, credential, onRemoved, onClose } = props;
  const { host, owner, revocation } = data;
  const [revoke, setRevoke] = useState(true);
  const [needsPassword, setNeedsPassword] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();
  const id = useId();

  function remove(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget).get("password");
    start(async () => {
      const password = typeof given === "string" && given !== "" ? { password: given } : {};
      const byHand = needsPassword !== null && given === "";
      const result = await removeCredentialAction({ owner, credentialId: credential.id, revoke, byHand, ...password });
      if (!result.ok) {
        if (result.error.needsPassword) setNeedsPassword(result.error.message);
        setError(result.error.needsPassword && !needsPassword ? null : result.error.message);
        return;
      }
      const { receipt, keys } = result.value;
      if (receipt || keys.some(({ outcome }) => outcome === "left")) return onRemoved(result.value);
      toast(`The token for ${host.name} is removed`);
      onClose();
    });
  }

  return (
    <Dialog
      open
      size="sm"
      role="alertdialog"
      describedBy={`${id}-text`}
      title={`Remove the token for ${host.name}`}
      icon={<HostIcon kind={host.kind} />}
      busy={isBusy}
      onClose={onClose}
      footer={
        <>
          <FooterNote>This cannot be undone.</FooterNote>
          <Button data-autofocus disabled={isBusy} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={`${id}-form`} variant="danger" pending={isBusy}>
            Remove token
          </Button>
        </>
      }
    >
      <form id={`${id}-form`} onSubmit={remove} className="text-muted flex flex-col gap-3">
        <div id={`${id}-text`} className="flex flex-col gap-3">
          <p>
            {credential.end ? <Code className="text-ink">{credential.end}</Code> : "The token"}
            {credential.login ? ` of ${accountName(credential.login)}` : ""} is deleted here for good. To use it again
            you must enter it again.
          </p>
          <p>{consequence(data)}</p>
        </div>
        {revocation ? (
          <AtTheHost data={data} plan={revocation} revoke={revoke} isBusy={isBusy} onRevoke={setRevoke} />
        ) : null}
        {needsPassword && revoke ? (
          <div className="border-line flex flex-col gap-3 border-t pt-3">
            <p className="text-ink">{needsPassword}</p>
            <Field
              label={credential.login ? `Password of ${credential.login} on ${host.name}` : `Password on ${host.name}`}
              hint="Used for this once and not stored. Without it you delete the token there by hand, and Forgepass checks that it is dead."
            >
              <Input
                name="password"
                type="password"
                autoComplete="off"
                maxLength={1000}
                ref={(input) => input?.focus()}
              />
            </Field>
          </div>
        ) : null}
        {error ? <Notice tone="bad">{error}</Notice> : null}
      </form>
    </Dialog>
  );
}

function AtTheHost(props: {
  data: RowData;
  plan: NonNullable<RowData["revocation"]>;
  revoke: boolean;
  isBusy: boolean;
  onRevoke: (revoke: boolean) => void;
}) {
  const { data, plan, revoke, isBusy, onRevoke } = props;
  const livesOn = (
    <p>
      On {kindName(data)} the token lives on.{" "}
      <TextLink href={plan.page} external>
        Delete it there too
      </TextLink>
    </p>
  );
  return (
    <>
      {plan.byApi ? null : (
        <>
          <p>{plan.why}</p>
          {livesOn}
        </>
      )}
      {plan.canCheck ? (
        <Checkbox
          className="text-ink"
          label={plan.byApi ? `Revoke it on ${data.host.name} too` : "Check that it is dead there"}
          hint={
            plan.byApi
              ? "Then it never works again anywhere. A sealed copy is kept until it is known to be dead, 30 days at most."
              : "A sealed copy is kept for that until it is dead, 30 days at most."
          }
          checked={revoke}
          disabled={isBusy}
          onChange={(event) => onRevoke(event.target.checked)}
        />
      ) : null}
      {plan.byApi && !revoke ? livesOn : null}
    </>
  );
}
