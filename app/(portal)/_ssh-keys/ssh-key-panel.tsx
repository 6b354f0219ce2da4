"use client";
import { RefreshCw, RotateCw, Upload } from "lucide-react";
import { useEffect, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { Notice } from "@/components/notice";
import { Code } from "@/components/scope-chip";
import { StateIcon } from "@/components/state-icon";
import { Step, Steps } from "@/components/steps";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import type { SshKeyState, SshKeySummary } from "@/lib/ssh-keys/ssh-key";
import { quoted } from "../_credentials/wording";
import { checkSshKeyAction, type KeyPoint, regenerateSshKeyAction, uploadSshKeyAction } from "./actions";
import { SshUserField } from "./ssh-user-field";

type Said = { tone: "ok" | "warn" | "bad"; text: string; page?: string | null };

/** One public key with all that can be done about it. */
export function SshKeyPanel({
  point,
  summary,
  hostName,
  now,
  onChange,
  onBusy,
}: {
  point: KeyPoint;
  summary: SshKeySummary;
  hostName: string;
  now: string;
  onChange: (key: SshKeySummary) => void;
  onBusy: (isBusy: boolean) => void;
}) {
  const { state, stateDetail, publicKey, fingerprint, checkedAt, endpoint, isMoved, upload, guide } = summary;
  const [said, setSaid] = useState<Said | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [deed, setDeed] = useState<"upload" | "check" | "regenerate" | null>(null);
  const [isPending, start] = useTransition();
  useEffect(() => onBusy(isPending), [isPending, onBusy]);
  const isKnown = state === "known" && !isMoved;

  function run(which: NonNullable<typeof deed>, work: () => Promise<void>) {
    setSaid(null);
    setDeed(which);
    start(work);
  }

  const uploadIt = () =>
    run("upload", async () => {
      const answer = await uploadSshKeyAction(point);
      if (!answer.ok) {
        const { message, hostSaid, url } =
          "hostSaid" in answer.error ? answer.error : { ...answer.error, hostSaid: null, url: null };
        return setSaid({
          tone: "bad",
          text: hostSaid ? `${message} ${quoted(hostName, hostSaid)}` : message,
          page: url ?? null,
        });
      }
      onChange(answer.value.key);
      const { was } = answer.value;
      setSaid({
        tone: "ok",
        text: was === "added" ? `The key is at ${hostName} now.` : `${hostName} had the key already.`,
      });
    });

  const check = () =>
    run("check", async () => {
      const answer = await checkSshKeyAction(point);
      if (answer.ok) onChange(answer.value);
      else setSaid({ tone: "bad", text: answer.error.message });
    });

  const regenerate = () =>
    run("regenerate", async () => {
      setAsking(false);
      const answer = await regenerateSshKeyAction(point);
      if (!answer.ok) return setSaid({ tone: "bad", text: answer.error.message });
      const { key, old, also } = answer.value;
      onChange(key);
      const other = also?.key.use === "signing" ? "Signatures are made" : "Git works";
      setSaid({
        tone: old.outcome === "left" ? "warn" : "ok",
        text: `This is a new key. ${also ? `${other} with it from now on, too. ` : ""}${old.message}`,
        page: old.page,
      });
    });

  return (
    <div className="flex flex-col gap-4">
      {isMoved ? (
        <Notice tone="bad">
          The address of {hostName} has changed since this key was made, so it is not used. Make a new pair.
        </Notice>
      ) : (
        <p aria-live="polite" className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <StateIcon state={STATES[state].icon} label={STATES[state].word(hostName)} className="size-4.5" />
          <span className="font-medium">{STATES[state].word(hostName)}</span>
          {checkedAt ? (
            <span className="text-muted text-sm">
              checked <Time at={checkedAt} now={now} />
            </span>
          ) : null}
          {stateDetail ? <span className="text-muted basis-full">{stateDetail}</span> : null}
        </p>
      )}
      <div className="border-line rounded-lg border">
        <textarea
          aria-label="Public key"
          readOnly
          rows={publicKey.length > 300 ? 6 : 2}
          value={publicKey}
          spellCheck={false}
          onFocus={(event) => event.target.select()}
          className="text-ink field-sizing-content block w-full resize-none rounded-t-lg bg-transparent p-3.5 font-mono text-xs leading-5 break-all"
        />
        <div className="border-line bg-ground flex flex-wrap items-center justify-between gap-2 rounded-b-lg border-t px-3.5 py-2">
          <span className="text-muted min-w-0 text-sm break-all">
            <Code>{fingerprint}</Code>
          </span>
          <CopyButton text={publicKey} label="Copy public key" />
        </div>
      </div>
      {isKnown || isMoved ? null : (
        <>
          {upload.can ? (
            <div className="flex flex-wrap items-center gap-3">
              <Button
                variant="primary"
                icon={<Upload aria-hidden />}
                pending={isPending && deed === "upload"}
                disabled={isPending}
                onClick={uploadIt}
              >
                Upload it for me
              </Button>
              <span className="text-muted">or add it by hand:</span>
            </div>
          ) : (
            <p className="text-muted">{upload.why}</p>
          )}
          <Steps>
            {guide.steps.map((step, at) => (
              <Step key={step}>
                {at === 0 ? (
                  <TextLink href={guide.page} external className="font-medium">
                    {step.replace(/\.$/, "")}
                  </TextLink>
                ) : (
                  step
                )}
              </Step>
            ))}
          </Steps>
        </>
      )}
      {summary.needsSshUser || summary.sshUser ? (
        <SshUserField key={summary.sshUser ?? ""} point={point} sshUser={summary.sshUser} onChange={onChange} />
      ) : null}
      {endpoint && isKnown ? (
        <p className="text-muted text-sm">
          Git reaches it at <Code>{endpoint}</Code>.
        </p>
      ) : null}
      <div aria-live="polite" className="contents">
        {said ? (
          <Notice tone={said.tone}>
            {said.text}
            {said.page ? (
              <>
                {" "}
                <TextLink href={said.page} external>
                  Open the page
                </TextLink>
              </>
            ) : null}
          </Notice>
        ) : null}
      </div>
      {isAsking ? (
        <Notice
          tone="warn"
          title="Make a new pair?"
          actions={
            <>
              <Button size="sm" onClick={() => setAsking(false)}>
                Keep this one
              </Button>
              <Button size="sm" variant="danger" onClick={regenerate}>
                Make a new pair
              </Button>
            </>
          }
        >
          Git stops working with the present key at once, until the new one is added at {hostName}.
        </Notice>
      ) : (
        <div className="flex flex-wrap gap-2">
          {isMoved ? null : (
            <Button
              size="sm"
              icon={<RefreshCw aria-hidden />}
              pending={isPending && deed === "check"}
              disabled={isPending}
              onClick={check}
            >
              Check the key
            </Button>
          )}
          <Button
            size="sm"
            icon={<RotateCw aria-hidden />}
            pending={isPending && deed === "regenerate"}
            disabled={isPending}
            onClick={() => setAsking(true)}
          >
            Make a new pair
          </Button>
        </div>
      )}
    </div>
  );
}

const STATES: Record<SshKeyState, { icon: "ok" | "warn" | "bad" | "off"; word: (hostName: string) => string }> = {
  new: { icon: "warn", word: (hostName) => `Not added to ${hostName} yet` },
  known: { icon: "ok", word: (hostName) => `${hostName} knows this key` },
  unknown: { icon: "bad", word: (hostName) => `${hostName} does not know this key` },
  unclear: { icon: "off", word: () => "It cannot be told whether the code host knows it" },
};
