"use client";
import { Ban, CircleCheck, KeyRound, ShieldCheck, ShieldOff, Trash2 } from "lucide-react";
import { useState, useTransition } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/menu";
import { useToast } from "@/components/toast";
import type { Result } from "@/lib/result";
import type { UserSummary } from "@/lib/users/user";
import { changeRoleAction, disableUserAction, enableUserAction } from "./actions";
import { DeleteUserDialog } from "./delete-user-dialog";

export type ShownUser = Pick<UserSummary, "id" | "name" | "email" | "role" | "isDisabled" | "credentialCount">;

type Question = "promote" | "demote" | "disable" | "enable";

/** What an admin may do with a user; each is asked about first, and done by the server only. */
export function UserMenu({ user, isSelf }: { user: ShownUser; isSelf: boolean }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [isDeleting, setDeleting] = useState(false);
  const { id, name, role, isDisabled } = user;
  return (
    <>
      <Menu label={`More for ${name}`}>
        <MenuLink href={`/admin/users/${id}/credentials`} icon={<KeyRound aria-hidden />}>
          Credentials
        </MenuLink>
        {role === "ADMIN" ? (
          <MenuItem icon={<ShieldOff aria-hidden />} onSelect={() => setQuestion("demote")}>
            Make a user
          </MenuItem>
        ) : (
          <MenuItem icon={<ShieldCheck aria-hidden />} onSelect={() => setQuestion("promote")}>
            Make a site admin
          </MenuItem>
        )}
        {isSelf ? null : (
          <>
            <MenuSeparator />
            {isDisabled ? (
              <MenuItem icon={<CircleCheck aria-hidden />} onSelect={() => setQuestion("enable")}>
                Enable
              </MenuItem>
            ) : (
              <MenuItem icon={<Ban aria-hidden />} onSelect={() => setQuestion("disable")}>
                Disable
              </MenuItem>
            )}
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDeleting(true)}>
              Delete…
            </MenuItem>
          </>
        )}
      </Menu>
      {question ? (
        <UserQuestion question={question} user={user} isSelf={isSelf} onClose={() => setQuestion(null)} />
      ) : null}
      <DeleteUserDialog open={isDeleting} user={user} onClose={() => setDeleting(false)} />
    </>
  );
}

interface Asked {
  title: string;
  confirm: string;
  done: string;
  tone: "danger" | "primary";
  text: string;
  act: () => Promise<Result<unknown>>;
}

function UserQuestion(props: { question: Question; user: ShownUser; isSelf: boolean; onClose: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();
  const { title, confirm, done, tone, text, act } = ask(props.question, props.user, props.isSelf);
  function answer() {
    start(async () => {
      const result = await act();
      if (!result.ok) return setError(result.error.message);
      toast(done);
      props.onClose();
    });
  }
  return (
    <ConfirmDialog
      open
      title={title}
      confirmLabel={confirm}
      tone={tone}
      busy={isBusy}
      error={error}
      onConfirm={answer}
      onClose={props.onClose}
    >
      <p>{text}</p>
    </ConfirmDialog>
  );
}

function ask(question: Question, { id, name }: ShownUser, isSelf: boolean): Asked {
  switch (question) {
    case "promote":
      return {
        title: `Make ${name} a site admin`,
        confirm: "Make admin",
        done: `${name} is a site admin`,
        tone: "primary",
        text: "Site admins manage code hosts, global credentials, everybody's credentials and people, you included.",
        act: () => changeRoleAction(id, "ADMIN"),
      };
    case "demote":
      return {
        title: isSelf ? "Give up being a site admin" : `Make ${name} a user`,
        confirm: isSelf ? "Give it up" : "Make user",
        done: isSelf ? "You are no site admin any more" : `${name} is no site admin any more`,
        tone: "danger",
        text: isSelf
          ? "You keep your own credentials and lose everything under Site admin at once. Only another admin can undo it. Your pending invitations end."
          : "They keep their own credentials and lose everything under Site admin at once. Their pending invitations end.",
        act: () => changeRoleAction(id, "USER"),
      };
    case "disable":
      return {
        title: `Disable ${name}`,
        confirm: "Disable",
        done: `${name} is disabled`,
        tone: "danger",
        text: "They are signed out at once and cannot sign in. Their credentials stay stored, and tools stop getting them until you enable them again. Their pending invitations end.",
        act: () => disableUserAction(id),
      };
    case "enable":
      return {
        title: `Enable ${name}`,
        confirm: "Enable",
        done: `${name} is enabled`,
        tone: "primary",
        text: "They can sign in again, and tools get their credentials again.",
        act: () => enableUserAction(id),
      };
  }
}
