"use client";
import { useId } from "react";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Notice } from "@/components/notice";
import { useToast } from "@/components/toast";
import { useForm } from "../../../_forms/use-form";
import { deleteUserAction } from "./actions";
import type { ShownUser } from "./user-menu";

interface Props {
  user: ShownUser;
  onClose: () => void;
}

/** Asks for the address to be typed, and says what goes with the user. */
export function DeleteUserDialog({ open, ...rest }: Props & { open: boolean }) {
  return open ? <OpenDialog {...rest} /> : null;
}

function OpenDialog({ user, onClose }: Props) {
  const formId = useId();
  const textId = useId();
  const toast = useToast();
  const form = useForm(deleteUserAction, () => {
    toast(`${user.name} is deleted`);
    onClose();
  });
  return (
    <Dialog
      open
      size="sm"
      role="alertdialog"
      describedBy={textId}
      title={`Delete ${user.name}`}
      busy={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" form={formId} variant="danger" pending={form.isPending}>
            Delete user
          </Button>
        </>
      }
    >
      <form id={formId} {...form.props} className="flex flex-col gap-4">
        <p id={textId} className="text-muted">
          {consequence(user.credentialCount)} To keep them out for a while, disable them instead.
        </p>
        {form.message ? <Notice tone="bad">{form.message}</Notice> : null}
        <input type="hidden" name="id" value={user.id} />
        <Field
          label={
            <>
              Type <span className="font-mono break-all">{user.email}</span> to confirm
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

function consequence(credentials: number): string {
  if (credentials === 0) return "Their account goes for good. They have no credentials here.";
  const what = credentials === 1 ? "1 credential" : `${credentials} credentials`;
  return `Their account and ${what} go for good, and tools that use them stop working. At the code hosts the tokens live on until they are deleted there.`;
}
