"use client";
import { ShieldCheck, ShieldOff, UserMinus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Menu, MenuItem, MenuSeparator } from "@/components/menu";
import { useToast } from "@/components/toast";
import type { Result } from "@/lib/result";
import type { Member } from "@/lib/teams/list-members";
import { changeMemberAction, leaveTeamAction, removeMemberAction } from "../../actions";

interface Props {
  teamId: string;
  teamName: string;
  member: Pick<Member, "userId" | "name" | "role" | "isLastMaintainer">;
  isAdmin: boolean;
  isSelf: boolean;
}

type Question = "promote" | "demote" | "remove";

/** What a maintainer may do with a member; each is asked about first. */
export function MemberMenu(props: Props) {
  const [question, setQuestion] = useState<Question | null>(null);
  const { member, isSelf } = props;
  return (
    <>
      <Menu label={`More for ${member.name}`}>
        {member.role === "MAINTAINER" ? (
          <MenuItem icon={<ShieldOff aria-hidden />} onSelect={() => setQuestion("demote")}>
            Make a member
          </MenuItem>
        ) : (
          <MenuItem icon={<ShieldCheck aria-hidden />} onSelect={() => setQuestion("promote")}>
            Make a maintainer
          </MenuItem>
        )}
        <MenuSeparator />
        <MenuItem danger icon={<UserMinus aria-hidden />} onSelect={() => setQuestion("remove")}>
          {isSelf ? "Leave the team" : "Remove from the team"}
        </MenuItem>
      </Menu>
      {question ? <MemberQuestion {...props} question={question} onClose={() => setQuestion(null)} /> : null}
    </>
  );
}

function MemberQuestion(props: Props & { question: Question; onClose: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const router = useRouter();
  const toast = useToast();
  const { title, confirm, done, tone, text, act, leads } = ask(props);
  const isTakenAway = props.question !== "promote";
  function answer() {
    start(async () => {
      const result = await act();
      if (!result.ok) return setError(result.error.message);
      toast(done);
      props.onClose();
      if (leads) router.push(leads);
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
      {isTakenAway && props.member.isLastMaintainer && props.isAdmin ? (
        <p className="text-warn font-medium">
          The team is left without a maintainer: until you make somebody one, only site admins can run it.
        </p>
      ) : null}
    </ConfirmDialog>
  );
}

interface Asked {
  title: string;
  confirm: string;
  done: string;
  tone: "danger" | "primary";
  text: string;
  act: () => Promise<Result<unknown>>;
  /** Where to go then; absent: stay. */
  leads?: string;
}

function ask({
  question,
  teamId,
  teamName,
  member: { userId, name },
  isSelf,
  isAdmin,
}: Props & { question: Question }): Asked {
  if (question === "promote") {
    return {
      title: `Make ${isSelf ? "yourself" : name} a maintainer`,
      confirm: "Make maintainer",
      done: isSelf ? "You are a maintainer" : `${name} is a maintainer`,
      tone: "primary",
      text: `Maintainers add and remove members, and manage the credentials of ${teamName}.`,
      act: () => changeMemberAction(teamId, userId, "MAINTAINER"),
    };
  }
  if (question === "demote") {
    return {
      title: isSelf ? "Give up being a maintainer" : `Make ${name} a member`,
      confirm: isSelf ? "Give it up" : "Make member",
      done: isSelf ? "You are no maintainer any more" : `${name} is no maintainer any more`,
      tone: "danger",
      text: `${isSelf ? "You stay" : "They stay"} in the team and can no longer change its members or credentials.`,
      act: () => changeMemberAction(teamId, userId, "MEMBER"),
    };
  }
  return {
    title: isSelf ? `Leave ${teamName}` : `Remove ${name} from ${teamName}`,
    confirm: isSelf ? "Leave" : "Remove",
    done: isSelf ? `You have left ${teamName}` : `${name} is removed`,
    tone: "danger",
    text: `Tools stop using the team’s credentials for ${isSelf ? "you" : "them"} at once. ${isSelf ? "Your" : "Their"} own credentials stay.`,
    act: () => (isSelf ? leaveTeamAction(teamId) : removeMemberAction(teamId, userId)),
    ...(isSelf ? { leads: isAdmin ? `/teams/${teamId}/members` : "/teams" } : {}),
  };
}
