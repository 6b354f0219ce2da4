"use client";
import { type ReactNode, useId } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import type { useForm } from "./use-form";

/** For what goes for good: says what goes with it, and asks for its name to be typed. The form sends id and confirmation. */
export function DeleteDialog(props: {
  form: ReturnType<typeof useForm>;
  id: string;
  /** What is to be typed. */
  name: string;
  title: string;
  confirmLabel: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const { form, id, name, title, confirmLabel, onClose, children } = props;
  const formId = useId();
  const textId = useId();
  return (
    <Dialog
      open
      size="sm"
      role="alertdialog"
      describedBy={textId}
      title={title}
      busy={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="danger" pending={form.isPending}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form id={formId} {...form.props} className="flex flex-col gap-4">
        <p id={textId} className="text-muted">
          {children}
        </p>
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <input type="hidden" name="id" value={id} />
        <Field
          label={
            <>
              Type <span className="font-mono break-all">{name}</span> to confirm
            </>
          }
          error={form.errorOf("confirmation")}
        >
          <Input name="confirmation" autoComplete="off" autoFocus maxLength={254} spellCheck={false} />
        </Field>
      </form>
    </Dialog>
  );
}
