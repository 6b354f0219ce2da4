"use client";
import { RotateCw } from "lucide-react";
import { useRef, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { HostIcon } from "@/components/host-icon";
import { SecretInput } from "@/components/input";
import { Notice } from "@/components/notice";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import type { RotationFacts } from "@/lib/rotations/facts";
import type { Rotated } from "@/lib/rotations/rotate";
import { kindName } from "../_credentials/guided-types";
import type { RowData } from "../_credentials/row-data";
import { quoted } from "../_credentials/wording";
import { rotateAction } from "./actions";
import { ScheduleForm } from "./schedule-form";

/** Rotates a token now, after saying what will happen, and sets when it rotates by itself. */
export function RotateDialog({
  data,
  credentialId,
  now,
  onClose,
}: {
  data: RowData;
  credentialId: string;
  now: string;
  onClose: () => void;
}) {
  const [isSaving, setSaving] = useState(false);
  const [isRotating, start] = useTransition();
  const [rotated, setRotated] = useState<Rotated | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const { host, owner, rotation: facts } = data;
  const point = { owner, credentialId };
  const error = rotated && !rotated.ok ? rotated.error : null;
  const needsPassword = facts?.needsPassword === true || error?.needsPassword === true;
  const isUnderWay = facts?.last?.isUnderWay === true;
  const isLost = rotated?.ok === true && rotated.value.state === "lost";
  const isOver = rotated?.ok === true || isUnderWay;

  function rotate() {
    const password = needsPassword && form.current ? String(new FormData(form.current).get("password") ?? "") : null;
    form.current?.reset();
    start(async () => {
      setRotated(await rotateAction(point, password));
    });
  }

  if (!facts) return null;
  return (
    <Dialog
      open
      title={`Rotate the token for ${host.name}`}
      subtitle="A fresh one takes its place: the same account, the same scopes."
      icon={<HostIcon kind={host.kind} />}
      busy={isRotating || isSaving}
      onClose={onClose}
      footer={
        <Button data-autofocus disabled={isRotating || isSaving} onClick={onClose}>
          {rotated?.ok ? "Done" : "Close"}
        </Button>
      }
    >
      <div className="flex flex-col gap-6">
        <form
          ref={form}
          noValidate
          autoComplete="off"
          className="flex flex-col items-start gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isRotating && !isOver) rotate();
          }}
        >
          {rotated?.ok ? null : <Consequences data={data} facts={facts} now={now} />}
          {isUnderWay && !rotated ? (
            <Notice className="w-full">
              {facts.last?.state === "overlap"
                ? "The last rotation is not over: its old token is still valid. It can be rotated again when that one is ended."
                : (facts.last?.detail ?? "It is being rotated at this moment.")}
            </Notice>
          ) : null}
          {facts.refusal !== null && !isUnderWay && rotated === null ? (
            <Notice tone="warn" className="w-full">
              {facts.refusal}
            </Notice>
          ) : null}
          {needsPassword && !isOver ? (
            <Field
              label={`Password of ${data.credential?.login ?? "the account"} on ${host.name}`}
              hint="It is sent once, with this request, and kept nowhere."
              className="w-full max-w-sm"
            >
              <SecretInput name="password" required data-autofocus />
            </Field>
          ) : null}
          <div aria-live="polite" className="w-full empty:hidden">
            {rotated ? <Answer rotated={rotated} data={data} now={now} /> : null}
          </div>
          {isOver || (facts.refusal !== null && !needsPassword) ? null : (
            <div className="flex flex-wrap items-center gap-3">
              <Button
                type="submit"
                variant="primary"
                icon={<RotateCw aria-hidden />}
                pending={isRotating}
                disabled={isRotating}
              >
                {needsPassword ? "Rotate with the password" : "Rotate now"}
              </Button>
              {isRotating ? (
                <span className="text-muted text-sm">
                  {facts.overlaps ? "This takes up to a minute: a new key is not known at once." : "One moment."}
                </span>
              ) : null}
            </div>
          )}
        </form>
        {isLost ? null : facts.needsPassword ? (
          <p className="border-line text-muted border-t pt-5">
            It cannot rotate by itself: {host.name} asks for the password each time. You are reminded before its end.
          </p>
        ) : (
          <ScheduleForm point={point} facts={facts} disabled={isRotating} onBusy={setSaving} />
        )}
      </div>
    </Dialog>
  );
}

function Consequences({ data, facts, now }: { data: RowData; facts: RotationFacts; now: string }) {
  const kind = kindName(data);
  return (
    <ul className="text-muted flex list-disc flex-col gap-1.5 pl-4.5">
      <li>
        {kind} makes a new token for {data.credential?.login ?? "the same account"}, with what the present one may do.
        {facts.wantedEnd ? (
          <>
            {" "}
            It ends <Time at={facts.wantedEnd} now={now} />.
          </>
        ) : null}
      </li>
      {facts.overlaps ? (
        <li>
          It is tried first, and put in place when {data.host.name} accepts it. The present one{" "}
          {facts.overlapDays === 0 || facts.needsPassword
            ? "is ended right after that."
            : `stays valid for ${facts.overlapDays === 1 ? "1 more day" : `${facts.overlapDays} more days`}, then it is ended there.`}
        </li>
      ) : (
        <li>The present one is dead at the same moment. Wherever it was copied to, it has to be replaced by hand.</li>
      )}
      <li>Tools that ask Forgepass get the new one from then on. You need to do nothing for them.</li>
    </ul>
  );
}

const TONES = { done: "ok", overlap: "ok", asking: "warn", answered: "info", failed: "bad", lost: "bad" } as const;

function Answer({ rotated, data, now }: { rotated: Rotated; data: RowData; now: string }) {
  const { host } = data;
  if (!rotated.ok) {
    const { message, hostSaid, url, needsPassword } = rotated.error;
    return (
      <Notice tone={needsPassword && !hostSaid ? "warn" : "bad"}>
        {message}
        {hostSaid ? ` ${quoted(host.name, hostSaid)}` : ""}
        {url ? (
          <>
            {" "}
            <TextLink href={url} external>
              Open the page
            </TextLink>
          </>
        ) : null}
      </Notice>
    );
  }
  const { state, message, hostSaid, retireAt } = rotated.value;
  return (
    <Notice tone={TONES[state]}>
      {message}
      {hostSaid ? ` ${quoted(host.name, hostSaid)}` : ""}
      {state === "overlap" && retireAt ? (
        <>
          {" "}
          The old one is ended <Time at={retireAt} now={now} />.
        </>
      ) : null}
    </Notice>
  );
}
