"use client";
import { KeySquare } from "lucide-react";
import { useEffect, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Dialog, FooterNote } from "@/components/dialog";
import { HostIcon } from "@/components/host-icon";
import { Notice } from "@/components/notice";
import { Skeleton } from "@/components/skeleton";
import type { Failure } from "@/lib/result";
import type { SshKeySummary } from "@/lib/ssh-keys/ssh-key";
import { type KeyPoint, listSshKeysAction, makeSshKeyAction } from "./actions";
import { SshKeyPanel } from "./ssh-key-panel";

/** The public key of a credential: to copy, to upload, to check, to make anew. As a second step it follows an added token. */
export function SshKeyDialog({
  point,
  host,
  now,
  isSecondStep = false,
  onClose,
}: {
  point: KeyPoint;
  host: { kind: string; name: string };
  now: string;
  isSecondStep?: boolean;
  onClose: () => void;
}) {
  const { owner, credentialId, use } = point;
  const [key, setKey] = useState<SshKeySummary | null | undefined>(undefined);
  const [hasGitKey, setHasGitKey] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isMaking, startMaking] = useTransition();
  const [isBusy, setBusy] = useState(false);

  useEffect(() => {
    let isCurrent = true;
    void listSshKeysAction({ owner, credentialId }).then((keys) => {
      if (!isCurrent) return;
      if (!keys.ok) return setFailure(keys.error);
      setKey(keys.value.find((one) => one.use === use) ?? null);
      setHasGitKey(keys.value.some((one) => one.use === "git"));
    });
    return () => {
      isCurrent = false;
    };
  }, [owner, credentialId, use]);

  function make(sameAsGit = false) {
    startMaking(async () => {
      const made = await makeSshKeyAction(point, sameAsGit);
      if (made.ok) setKey(made.value);
      else setFailure(made.error);
    });
  }

  return (
    <Dialog
      open
      title={title(use, host.name, isSecondStep)}
      subtitle={subtitle(use, host.name)}
      icon={<HostIcon kind={host.kind} />}
      busy={isMaking || isBusy}
      onClose={onClose}
      footer={
        <>
          <FooterNote>The private part is sealed here, and nobody can read it.</FooterNote>
          {key === null ? (
            <>
              {use === "signing" && hasGitKey ? (
                <Button disabled={isMaking} onClick={() => make(true)}>
                  Use the key for Git
                </Button>
              ) : null}
              <Button
                variant="primary"
                icon={<KeySquare aria-hidden />}
                pending={isMaking}
                disabled={isMaking}
                onClick={() => make()}
              >
                Make a key
              </Button>
            </>
          ) : (
            <Button variant={isSecondStep ? "primary" : "secondary"} disabled={isBusy} onClick={onClose}>
              Done
            </Button>
          )}
        </>
      }
    >
      {failure ? <Notice tone="bad">{failure.message}</Notice> : null}
      {key ? (
        <SshKeyPanel point={point} summary={key} hostName={host.name} now={now} onChange={setKey} onBusy={setBusy} />
      ) : null}
      {key === null && !failure ? <p className="text-muted">{NONE[use]}</p> : null}
      {key === undefined && !failure ? (
        <div role="status" aria-label="Loading the key" className="flex flex-col gap-3">
          <Skeleton className="h-20 w-full" />
          <Skeleton className="h-4 w-2/3" />
        </div>
      ) : null}
    </Dialog>
  );
}

const NONE = {
  git: "There is no key yet. Make one, then add its public part at the code host.",
  signing:
    "There is no key for signatures yet. Tools that commit for you can sign with one, so that the code host shows their commits as verified.",
};

function title(use: KeyPoint["use"], hostName: string, isSecondStep: boolean): string {
  if (use === "signing") return `Key for signed commits on ${hostName}`;
  return isSecondStep ? `Now add this public key to ${hostName}` : `Public key for ${hostName}`;
}

function subtitle(use: KeyPoint["use"], hostName: string): string {
  return use === "signing"
    ? `${hostName} marks commits as verified that are signed with it.`
    : `Git runs over SSH on ${hostName}: without this key nothing can be cloned or pushed.`;
}
