"use client";
import { Pencil, RefreshCw } from "lucide-react";
import { useEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { HostIcon } from "@/components/host-icon";
import { Notice } from "@/components/notice";
import { Code } from "@/components/scope-chip";
import { Skeleton } from "@/components/skeleton";
import { Spinner } from "@/components/spinner";
import type { CodeHostSummary } from "@/lib/code-hosts/code-host";
import type { HostKeyScan, HostKeysSummary } from "@/lib/code-hosts/host-keys";
import type { SeenHostKey } from "@/lib/code-hosts/host-keys-compare";
import type { Failure } from "@/lib/result";
import { confirmHostKeysAction, readHostKeysAction, showHostKeysAction } from "./actions";
import { ChangedNotice, CompareSteps, isOpen, KeptKeys, KnownHosts, SeenKeys } from "./host-keys-parts";

/**
 * The host keys of a code host: those that are kept, those that the server shows once it is asked, and the admin's word
 * for them. The server is asked on a click only, and nothing suspicious is ticked beforehand.
 */
export function HostKeysDialog(props: {
  host: CodeHostSummary;
  /** The code host has just been added or edited. */
  isSaved: boolean;
  onEdit: () => void;
  onClose: () => void;
}) {
  const { host, isSaved, onEdit, onClose } = props;
  const [summary, setSummary] = useState<HostKeysSummary | null>(null);
  const [scan, setScan] = useState<HostKeyScan | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  /** By the confirmation just now. */
  const [keptCount, setKeptCount] = useState(0);
  const [isReading, startReading] = useTransition();
  const [isConfirming, startConfirming] = useTransition();
  const closeButton = useRef<HTMLButtonElement>(null);
  const wasConfirming = useRef(false);

  useEffect(() => {
    let isCurrent = true;
    void showHostKeysAction(host.id).then((shown) => {
      if (!isCurrent) return;
      if (shown.ok) setSummary(shown.value);
      else setFailure(shown.error);
    });
    return () => {
      isCurrent = false;
    };
  }, [host.id]);

  useEffect(() => {
    // The button that was pressed is gone by then.
    if (wasConfirming.current && !isConfirming) closeButton.current?.focus();
    wasConfirming.current = isConfirming;
  }, [isConfirming]);

  function read() {
    setFailure(null);
    setScan(null);
    setKeptCount(0);
    startReading(async () => {
      const answer = await readHostKeysAction(host.id);
      if (!answer.ok) return setFailure(answer.error);
      const { seen } = answer.value.scan;
      const isSuspicious = seen.some(({ state }) => state === "changed" || state === "contradicts");
      setChosen(isSuspicious ? [] : seen.filter(isOpen).map(({ fingerprint }) => fingerprint));
      setSummary(answer.value.summary);
      setScan(answer.value.scan);
    });
  }

  const open = scan?.seen.filter(isOpen) ?? [];
  const picked = open.filter(({ fingerprint }) => chosen.includes(fingerprint));
  const replaces = picked.some(({ state }) => state === "changed");

  function confirm() {
    setFailure(null);
    startConfirming(async () => {
      const fingerprints = picked.map(({ fingerprint }) => fingerprint);
      const answer = await confirmHostKeysAction({ codeHostId: host.id, fingerprints, replace: replaces });
      if (!answer.ok) {
        setScan(null);
        return setFailure(answer.error);
      }
      setSummary(answer.value);
      setScan(null);
      setKeptCount(fingerprints.length);
    });
  }

  const isEmpty = summary !== null && summary.kept.length === 0;
  return (
    <Dialog
      open
      title={`Host keys of ${host.name}`}
      subtitle="By these git knows that it talks to the right server."
      icon={<HostIcon kind={host.kind} />}
      busy={isConfirming}
      onClose={onClose}
      footer={
        <>
          {summary ? (
            <Button
              className={isEmpty && !scan ? "sm:order-1" : "sm:mr-auto"}
              variant={isEmpty && !scan ? "primary" : "secondary"}
              icon={<RefreshCw aria-hidden />}
              pending={isReading}
              disabled={isConfirming}
              onClick={read}
            >
              {scan ? "Read again" : "Read from the server"}
            </Button>
          ) : null}
          <Button ref={closeButton} disabled={isConfirming} onClick={onClose}>
            {summary === null ? "Close" : isEmpty || open.length > 0 ? "Not now" : "Done"}
          </Button>
          {open.length > 0 ? (
            <Button
              variant={picked.some(({ state }) => state !== "new") ? "danger" : "primary"}
              pending={isConfirming}
              disabled={picked.length === 0 || isReading}
              onClick={confirm}
            >
              {confirmLabel(picked.length > 0 ? picked : open)}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {isSaved && isEmpty && !scan ? (
          <Notice tone="warn" title={`${host.name} is saved. Confirm its host keys next`}>
            Git over SSH does not connect to it before that.
          </Notice>
        ) : null}
        {summary ? (
          <p>
            Git reaches it at <Code className="break-all">{summary.endpoint}</Code>.
          </p>
        ) : null}
        {failure ? (
          <Notice tone="bad">
            <p>{failure.message}</p>
            {failure.code === "unavailable" ? (
              <Button size="sm" className="mt-2" icon={<Pencil aria-hidden />} onClick={onEdit}>
                Edit the address
              </Button>
            ) : null}
          </Notice>
        ) : null}
        <div aria-live="polite" className="contents">
          {isReading ? (
            <p className="text-muted flex items-center gap-2">
              <Spinner className="size-4" />
              Asking the server. A silent one is waited for 10 seconds.
            </p>
          ) : null}
          {keptCount > 0 ? (
            <Notice tone="ok">
              {keptCount === 1 ? "The host key is kept." : `${keptCount} host keys are kept.`} Git over SSH connects
              only to a server that shows one of these.
            </Notice>
          ) : null}
          {scan ? (
            <>
              {scan.hasChanged ? <ChangedNotice hostName={host.name} /> : null}
              <SeenKeys scan={scan} chosen={chosen} onChoose={setChosen} disabled={isConfirming} />
            </>
          ) : null}
        </div>
        {open.length > 0 ? <CompareSteps hostName={host.name} /> : null}
        {summary && !scan ? <KeptKeys hostName={host.name} summary={summary} /> : null}
        {summary && open.length === 0 && summary.knownHosts.length > 0 ? (
          <KnownHosts lines={summary.knownHosts} />
        ) : null}
        {summary === null && failure === null ? (
          <div role="status" aria-label="Loading the host keys" className="flex flex-col gap-3">
            <Skeleton className="h-4 w-2/3" />
            <Skeleton className="h-24 w-full" />
          </div>
        ) : null}
      </div>
    </Dialog>
  );
}

function confirmLabel(keys: readonly SeenHostKey[]): string {
  const count = keys.length === 1 ? "1 host key" : `${keys.length} host keys`;
  const changed = keys.filter(({ state }) => state === "changed").length;
  if (changed === keys.length) return `Replace ${count}`;
  return changed > 0 ? `Confirm and replace ${count}` : `Confirm ${count}`;
}
