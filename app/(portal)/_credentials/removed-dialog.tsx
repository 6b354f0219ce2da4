"use client";
import { useState } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HostIcon } from "@/components/host-icon";
import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import type { Removed } from "@/lib/credentials/remove";
import { CheckButton, ReceiptText } from "../_stale/receipt-line";
import { receiptState } from "../_stale/wording";
import type { RowData } from "./row-data";

/** What became of a removed token at its code host: the receipt, and the public keys that are left there. */
export function RemovedDialog(props: { removed: Removed; host: RowData["host"]; onClose: () => void }) {
  const { removed, host, onClose } = props;
  const [receipt, setReceipt] = useState(removed.receipt);
  const left = removed.keys.filter(({ outcome }) => outcome === "left");
  const stands = receipt && receiptState(receipt);
  return (
    <Dialog
      open
      size="sm"
      title={receipt ? `The token for ${host.name} is removed` : `A public key is left on ${host.name}`}
      icon={<HostIcon kind={host.kind} />}
      onClose={onClose}
      footer={
        <Button data-autofocus variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="text-muted flex flex-col gap-3">
        {receipt && stands ? (
          <div className="flex items-start gap-3">
            <StateIcon state={stands.state} label="" className="mt-0.5 size-4.5" />
            <div className="flex min-w-0 flex-1 flex-col items-start gap-2">
              <p className="text-ink font-semibold" role="status">
                {stands.word}
              </p>
              <ReceiptText receipt={receipt} />
              {receipt.canCheck ? <CheckButton receipt={receipt} onChecked={setReceipt} /> : null}
              {receipt.canCheck ? (
                <p className="text-sm">It is listed below the credentials until it is dead, and checked by itself.</p>
              ) : null}
            </div>
          </div>
        ) : null}
        {left.length > 0 ? (
          <ul aria-label="Public keys that are left" className="flex flex-col gap-3">
            {left.map(({ use, message, page }) => (
              <li key={use} className="break-words">
                {message}{" "}
                {page ? (
                  <TextLink href={page} external>
                    Open its page
                  </TextLink>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Dialog>
  );
}
