"use client";
import { Button, LinkButton } from "@/components/button";
import { FooterNote } from "@/components/dialog";
import { accountName } from "@/lib/credentials/account-name";
import type { Confirmation } from "@/lib/credentials/input";
import type { RowData } from "./row-data";
import type { Store } from "./use-store";
import { joined } from "./wording";

/** What may be done now: send it, answer what must be confirmed, or go on once it is stored. */
export function StoreFooter({
  data,
  hasNext,
  store,
  formId,
  isFilled,
  tokenPage,
  onConfirm,
  onStored,
  onClose,
}: {
  data: RowData;
  /** Something follows once it is stored. */
  hasNext: boolean;
  store: Store;
  formId: string;
  isFilled: boolean;
  tokenPage: string | null;
  onConfirm: (confirm: readonly Confirmation[]) => void;
  onStored: (credentialId: string) => void;
  onClose: () => void;
}) {
  const { result, status } = store;
  if (result?.ok) {
    const { id } = result.value;
    return (
      <Button variant="primary" autoFocus onClick={() => onStored(id)}>
        {hasNext ? "Next: the public key" : "Done"}
      </Button>
    );
  }
  const ask = confirmation(store);
  const isForbidden = result !== null && !result.ok && result.error.rules !== undefined;
  const submit = data.credential ? "Check and replace" : "Check and add";
  return (
    <>
      <FooterNote>
        {ask?.note ??
          (isForbidden ? "Nothing was stored." : "It is sealed before it is stored, and nobody can read it back.")}
      </FooterNote>
      <Button disabled={status === "busy"} onClick={onClose}>
        Cancel
      </Button>
      {ask ? (
        <>
          <Button onClick={() => onConfirm(ask.confirm)}>{ask.label}</Button>
          {ask.confirm.includes("missing-scopes") && tokenPage ? (
            <LinkButton variant="primary" href={tokenPage} external>
              Make a new token
            </LinkButton>
          ) : ask.confirm.includes("other-account") ? null : (
            <Button variant="primary" type="submit" form={formId}>
              Try again
            </Button>
          )}
        </>
      ) : isForbidden && tokenPage ? (
        <LinkButton variant="primary" href={tokenPage} external>
          Make a new token
        </LinkButton>
      ) : (
        <Button variant="primary" type="submit" form={formId} pending={status === "busy"} disabled={!isFilled}>
          {submit}
        </Button>
      )}
    </>
  );
}

function confirmation({ result, steps }: Store) {
  if (!result || result.ok || result.error.code !== "needs-confirmation") return null;
  const { confirm = [], accounts } = result.error;
  if (confirm.includes("unchecked")) {
    return { confirm, label: "Store unchecked", note: "You can store it now; it is checked again by itself." };
  }
  if (accounts)
    return {
      confirm,
      label: `Use ${accountName(accounts.now)} from now on`,
      note: "Tools would act as somebody else.",
    };
  const last = steps.find((step) => step.step === "assessment");
  const consumers = last?.step === "assessment" ? last.assessment.consumers : [];
  const works = consumers.filter(({ suffices }) => suffices === "yes").map(({ name }) => name);
  const note = works.length > 0 ? `It will work for ${joined(works)} only.` : "It will work for none of the tools.";
  return { confirm, label: "Store anyway", note };
}
