"use client";
import { useToast } from "@/components/toast";
import { DeleteDialog } from "../../../_forms/delete-dialog";
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
  const { id, name, email, credentialCount } = user;
  const toast = useToast();
  const form = useForm(deleteUserAction, () => {
    toast(`${name} is deleted`);
    onClose();
  });
  return (
    <DeleteDialog {...{ form, id, onClose }} name={email} title={`Delete ${name}`} confirmLabel="Delete user">
      {consequence(credentialCount)} To keep them out for a while, disable them instead.
    </DeleteDialog>
  );
}

function consequence(credentials: number): string {
  if (credentials === 0) return "Their account goes for good. They have no credentials here.";
  const what = credentials === 1 ? "1 credential" : `${credentials} credentials`;
  return `Their account and ${what} go for good, and tools that use them stop working. At the code hosts the tokens live on until they are deleted there.`;
}
