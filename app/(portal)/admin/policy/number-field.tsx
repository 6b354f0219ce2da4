"use client";
import { useId } from "react";
import { Checkbox } from "@/components/checkbox";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

/** A number with its unit; with `onToggle` it can be switched off. */
export function NumberField({
  label,
  unit,
  hint,
  isOn = true,
  onToggle,
  value,
  onChange,
  error,
}: {
  label: string;
  unit: string;
  hint: string;
  isOn?: boolean;
  onToggle?: (on: boolean) => void;
  value: string;
  onChange: (value: string) => void;
  error?: string;
}) {
  const unitId = useId();
  const field = (
    <Field label={`${label}, in ${unit}`} hideLabel error={error}>
      <div className="flex items-center gap-2">
        <Input
          inputMode="numeric"
          autoComplete="off"
          maxLength={6}
          value={value}
          aria-describedby={unitId}
          onChange={(event) => onChange(event.target.value)}
          className="w-20! tabular-nums"
        />
        <span id={unitId}>{unit}</span>
      </div>
    </Field>
  );
  if (!onToggle) {
    return (
      <div className="flex flex-col gap-1.5">
        <p className="font-medium">{label}</p>
        {field}
        <p className="text-muted text-sm">{hint}</p>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-2">
      <Checkbox label={label} hint={hint} checked={isOn} onChange={(event) => onToggle(event.target.checked)} />
      {isOn ? <div className="pl-7">{field}</div> : null}
    </div>
  );
}
