"use client";
import { useToast } from "@/components/toast";
import { DeleteDialog } from "../../_forms/delete-dialog";
import { useForm } from "../../_forms/use-form";
import { deleteTeamAction } from "./actions";
import type { ShownTeam } from "./team-form";

/** Asks for the name to be typed, and says what goes with the team. */
export function DeleteTeamDialog(props: { team: ShownTeam; onDeleted: () => void; onClose: () => void }) {
  const { team, onDeleted, onClose } = props;
  const { id, name, credentialCount } = team;
  const toast = useToast();
  const form = useForm(deleteTeamAction, () => {
    toast(`${name} is deleted`);
    onClose();
    onDeleted();
  });
  return (
    <DeleteDialog {...{ form, id, name, onClose }} title={`Delete ${name}`} confirmLabel="Delete team">
      {consequence(credentialCount)}
    </DeleteDialog>
  );
}

function consequence(credentials: number): string {
  if (credentials === 0) return "The team goes for good. It has no credentials; its members keep theirs.";
  const what = credentials === 1 ? "its 1 credential" : `its ${credentials} credentials`;
  const tokens =
    credentials === 1
      ? "At the code host the token lives on until it is"
      : "At the code hosts the tokens live on until they are";
  return `The team and ${what} go for good, and tools that use them for its members stop working or act as somebody else. ${tokens} deleted there. Its members keep theirs.`;
}
