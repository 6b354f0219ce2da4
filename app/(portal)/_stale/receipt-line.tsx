"use client";
import { RefreshCw } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { HostIcon } from "@/components/host-icon";
import { Code } from "@/components/scope-chip";
import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import { useToast } from "@/components/toast";
import { accountName } from "@/lib/credentials/account-name";
import type { Receipt } from "@/lib/revocations/receipt";
import { checkRevocationAction } from "../_credentials/remove-actions";
import { quoted } from "../_credentials/wording";
import { receiptState } from "./wording";

/** One receipt: what was removed, what its host answered, and whether it is dead; with the button that asks again. */
export function ReceiptLine({ receipt: given, now, owner }: { receipt: Receipt; now: string; owner?: boolean }) {
  const [checked, setChecked] = useState<Receipt | null>(null);
  // What the server drew since is newer than what the button brought.
  const receipt = checked && (checked.checkedAt ?? "") >= (given.checkedAt ?? "") ? checked : given;
  const { state, word } = receiptState(receipt);
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3.5 sm:px-5">
      <StateIcon state={state} label="" className="mt-0.5 size-4.5" />
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <strong className="font-semibold">{word}</strong>
          <span className="inline-flex items-center gap-1.5">
            <HostIcon kind={receipt.kind} className="size-4" />
            {receipt.hostName}
          </span>
          {receipt.tokenLabel ? <Code>{receipt.tokenLabel}</Code> : null}
          <span className="text-muted">
            {receipt.login ? accountName(receipt.login) : null}
            {owner ? `${receipt.login ? " · " : ""}${receipt.ownerLabel}` : null}
          </span>
        </p>
        <ReceiptText receipt={receipt} />
        <p className="text-muted text-sm">
          Removed <Time at={receipt.requestedAt} now={now} />
          {receipt.deadAt ? (
            <>
              , proven dead <Time at={receipt.deadAt} now={now} />
            </>
          ) : receipt.checkedAt ? (
            <>
              , checked <Time at={receipt.checkedAt} now={now} />
            </>
          ) : null}
        </p>
      </div>
      {receipt.canCheck ? <CheckButton receipt={receipt} onChecked={setChecked} /> : null}
    </li>
  );
}

/** The host's answer, what it means, and where to go on. */
export function ReceiptText({ receipt }: { receipt: Receipt }) {
  const { state, detail, hostName, hostStatus, hostSaid, page } = receipt;
  return (
    <p className="text-muted text-sm break-words">
      {detail}
      {hostStatus ? ` ${hostName} answered ${hostStatus}.` : ""}
      {hostSaid ? ` ${quoted(hostName, hostSaid)}` : ""}{" "}
      {page && state !== "dead" ? (
        <TextLink href={page} external>
          Open its page
        </TextLink>
      ) : null}
    </p>
  );
}

export function CheckButton({ receipt, onChecked }: { receipt: Receipt; onChecked: (receipt: Receipt) => void }) {
  const [isBusy, start] = useTransition();
  const toast = useToast();
  function check() {
    start(async () => {
      const result = await checkRevocationAction({ id: receipt.id });
      if (!result.ok) return toast(result.error.message, "bad");
      onChecked(result.value);
      const { state, hostName } = result.value;
      if (state === "dead") toast(`${hostName} refuses the token: it is dead`);
      else toast(`The token for ${hostName} is not dead yet`, "bad");
    });
  }
  return (
    <Button size="sm" icon={<RefreshCw aria-hidden />} pending={isBusy} onClick={check}>
      Check that it is dead
    </Button>
  );
}
