"use client";
import { useEffect, useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Select } from "@/components/select";
import { useToast } from "@/components/toast";
import type { Failure } from "@/lib/result";
import type { RotationFacts } from "@/lib/rotations/facts";
import type { Point } from "../_credentials/actions";
import { setScheduleAction } from "./actions";

const BEFORE_END = [3, 7, 14, 30, 60];
const AFTER_MAKING = [30, 60, 90, 180, 365];
const QUIET = [0, 1, 3, 7, 14, 30];

/** When the credential rotates by itself, and how long the old one stays valid. */
export function ScheduleForm({
  point,
  facts,
  disabled,
  onBusy,
}: {
  point: Point;
  facts: RotationFacts;
  disabled: boolean;
  onBusy: (isBusy: boolean) => void;
}) {
  const [rotateDays, setRotateDays] = useState(facts.rotateDays);
  const [overlapDays, setOverlapDays] = useState(facts.overlapDays);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isSaving, start] = useTransition();
  const toast = useToast();
  useEffect(() => onBusy(isSaving), [isSaving, onBusy]);
  const isEnd = facts.countedFrom === "end";
  const isChanged = rotateDays !== facts.rotateDays || overlapDays !== facts.overlapDays;

  function save() {
    setFailure(null);
    start(async () => {
      const saved = await setScheduleAction(point, { rotateDays, overlapDays });
      if (!saved.ok) return setFailure(saved.error);
      toast(rotateDays === null ? "It does not rotate by itself any more" : "The schedule is saved");
    });
  }

  return (
    <form
      aria-label="By itself"
      noValidate
      className="border-line flex flex-col gap-3 border-t pt-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && !isSaving) save();
      }}
    >
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Rotate by itself" error={failure?.message}>
          <Select
            value={rotateDays ?? ""}
            disabled={disabled || isSaving}
            onChange={({ target }) => setRotateDays(target.value === "" ? null : Number(target.value))}
          >
            <option value="">Never</option>
            {withValue(isEnd ? BEFORE_END : AFTER_MAKING, facts.rotateDays).map((days) => (
              <option key={days} value={days}>
                {days === 1 ? "1 day" : `${days} days`} {isEnd ? "before its end" : "after it was made"}
              </option>
            ))}
          </Select>
        </Field>
        {facts.overlaps ? (
          <Field label="Then end the old one">
            <Select
              value={overlapDays}
              disabled={disabled || isSaving}
              onChange={({ target }) => setOverlapDays(Number(target.value))}
            >
              {withValue(QUIET, facts.overlapDays).map((days) => (
                <option key={days} value={days}>
                  {days === 0 ? "at once" : days === 1 ? "after 1 quiet day" : `after ${days} quiet days`}
                </option>
              ))}
            </Select>
          </Field>
        ) : null}
      </div>
      <p className="text-muted text-sm">
        You are told when it was done, and when it could not be. It happens within some hours of the time chosen.
      </p>
      <div>
        <Button type="submit" pending={isSaving} disabled={!isChanged || disabled || isSaving}>
          Save the schedule
        </Button>
      </div>
    </form>
  );
}

/** What was chosen elsewhere, or earlier, can still be shown. */
function withValue(days: readonly number[], value: number | null): number[] {
  return [...new Set(value === null ? days : [...days, value])].sort((a, b) => a - b);
}
