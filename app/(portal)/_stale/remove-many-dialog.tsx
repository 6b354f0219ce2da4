"use client";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Dialog, FooterNote } from "@/components/dialog";
import { HostIcon } from "@/components/host-icon";
import { Notice } from "@/components/notice";
import { Code } from "@/components/scope-chip";
import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import type { RemovalResult } from "@/lib/revocations/remove-many";
import type { StaleRow } from "@/lib/stale/list-stale";
import { joined } from "../_credentials/wording";
import { removeManyAction } from "./actions";
import { CheckButton, ReceiptText } from "./receipt-line";
import { resultState, summaryOf } from "./wording";

/** Asks once for all that was chosen, saying of each what will happen; then shows what did. */
export function RemoveManyDialog(props: {
  rows: readonly StaleRow[];
  /** "all", or "team:" and its id. */
  scope: string;
  now: string;
  onClose: () => void;
  onCancel: () => void;
}) {
  const { rows, scope, onClose, onCancel } = props;
  const [revoke, setRevoke] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const [results, setResults] = useState<readonly RemovalResult[] | null>(null);
  const [isBusy, start] = useTransition();
  const many = rows.length === 1 ? "1 credential" : `${rows.length} credentials`;

  function remove() {
    start(async () => {
      const sent = { scope: scope as "all", credentialIds: rows.map(({ id }) => id), revoke };
      const result = await removeManyAction(sent);
      if (result.ok) setResults(result.value);
      else setError(result.error.message);
    });
  }

  if (results) return <Results rows={rows} results={results} onClose={onClose} />;
  return (
    <Dialog
      open
      size="md"
      role="alertdialog"
      title={`Remove ${many}`}
      busy={isBusy}
      onClose={onCancel}
      footer={
        <>
          <FooterNote>This cannot be undone.</FooterNote>
          <Button data-autofocus disabled={isBusy} onClick={onCancel}>
            Cancel
          </Button>
          <Button variant="danger" pending={isBusy} onClick={remove}>
            {revoke ? "Revoke and remove" : "Remove"} {rows.length}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {error ? <Notice tone="bad">{error}</Notice> : null}
        <p className="text-muted">
          They are deleted here for good. To use one again, its token must be entered again; one that is revoked never
          works again anywhere.
        </p>
        <Checkbox
          label="Revoke them at their code hosts too"
          hint="Where the host's API can. Until each is known to be dead, a sealed copy is kept to check it, 30 days at most."
          checked={revoke}
          disabled={isBusy}
          onChange={(event) => setRevoke(event.target.checked)}
        />
        <ul aria-label="What will happen" className="border-line divide-line divide-y rounded-md border">
          {rows.map((row) => (
            <Planned key={row.id} row={row} revoke={revoke} />
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function Title({ row }: { row: StaleRow }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
      <HostIcon kind={row.host.kind} className="size-4" />
      <strong className="font-semibold">{row.host.name}</strong>
      <span>{row.ownerLabel}</span>
      {row.tokenLabel ? <Code>{row.tokenLabel}</Code> : null}
    </p>
  );
}

function Planned({ row, revoke }: { row: StaleRow; revoke: boolean }) {
  const { plan, wouldBreak, host } = row;
  return (
    <li className="px-3.5 py-3">
      <Title row={row} />
      <p className="text-muted text-sm break-words">
        {revoke && plan.byApi ? `Will be revoked on ${host.name}.` : null}
        {revoke && plan.mayNeedPassword ? " If it asks for the account's password, remove this one by itself." : null}
        {revoke && !plan.byApi ? `${plan.why} ${plan.removal} ` : null}
        {revoke ? null : `On ${host.name} it lives on. `}
        {revoke && plan.byApi ? null : (
          <TextLink href={plan.page} external>
            Open its page
          </TextLink>
        )}
      </p>
      {wouldBreak.breaks.length > 0 ? (
        <p className="text-warn mt-0.5 flex items-start gap-1.5 text-sm font-medium">
          <StateIcon state="warn" label="" className="mt-0.5 size-3.5" />
          Breaks {joined(wouldBreak.breaks)}
        </p>
      ) : null}
      {wouldBreak.perhaps.length > 0 ? (
        <p className="text-muted mt-0.5 text-sm">Perhaps breaks {joined(wouldBreak.perhaps)}: it cannot be told.</p>
      ) : null}
    </li>
  );
}

function Results(props: { rows: readonly StaleRow[]; results: readonly RemovalResult[]; onClose: () => void }) {
  const { rows, results, onClose } = props;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (
    <Dialog
      open
      size="md"
      title="What became of them"
      subtitle={summaryOf(results)}
      onClose={onClose}
      footer={
        <Button data-autofocus variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <ul aria-label="Results" className="border-line divide-line divide-y rounded-md border">
        {results.map((result) => {
          const row = byId.get(result.credentialId);
          return row ? <ResultLine key={row.id} row={row} result={result} /> : null;
        })}
      </ul>
    </Dialog>
  );
}

function ResultLine({ row, result: first }: { row: StaleRow; result: RemovalResult }) {
  const [result, setResult] = useState(first);
  const { state, word } = resultState(result);
  const { receipt, keysLeft, message } = result;
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 px-3.5 py-3">
      <StateIcon state={state} label="" className="mt-0.5 size-4.5" />
      <div className="min-w-0 flex-1 basis-60">
        <Title row={row} />
        <p className="font-medium">{word}</p>
        {receipt ? (
          <ReceiptText receipt={receipt} />
        ) : (
          <p className="text-muted text-sm break-words">
            {message}{" "}
            {result.outcome === "here" ? (
              <TextLink href={row.plan.page} external>
                Open its page
              </TextLink>
            ) : null}
          </p>
        )}
        {keysLeft.map((key) => (
          <p key={key.use} className="text-muted text-sm break-words">
            {key.message}{" "}
            {key.page ? (
              <TextLink href={key.page} external>
                Open its page
              </TextLink>
            ) : null}
          </p>
        ))}
      </div>
      {receipt?.canCheck ? (
        <CheckButton
          receipt={receipt}
          onChecked={(receipt) => setResult({ ...result, receipt, outcome: receipt.state })}
        />
      ) : null}
    </li>
  );
}
