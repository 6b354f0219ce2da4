import { Ban, ShieldCheck } from "lucide-react";
import { Avatar } from "@/components/avatar";
import { ListRow, RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { Time } from "@/components/time";
import type { Member } from "@/lib/teams/list-members";
import { MemberMenu } from "./member-menu";

/** One member: who, as what, since when. */
export function MemberRow(props: {
  teamId: string;
  teamName: string;
  member: Member;
  mayManage: boolean;
  isAdmin: boolean;
  isSelf: boolean;
  now: string;
}) {
  const { teamId, teamName, member, mayManage, isAdmin, isSelf, now } = props;
  const { userId, name, email, role, isDisabled, createdAt, isLastMaintainer } = member;
  return (
    <ListRow
      id={`member-${userId}`}
      icon={<Avatar name={name} />}
      title={name}
      subtitle={<span className="break-all">{email}</span>}
      actions={
        mayManage ? (
          <MemberMenu
            teamId={teamId}
            teamName={teamName}
            member={{ userId, name, role, isLastMaintainer }}
            isAdmin={isAdmin}
            isSelf={isSelf}
          />
        ) : undefined
      }
    >
      <RowLine>
        {role === "MAINTAINER" ? (
          <Pill icon={<ShieldCheck aria-hidden />}>maintainer</Pill>
        ) : (
          <span className="text-muted">member</span>
        )}
        {isSelf ? <Pill tone="off">you</Pill> : null}
        {isDisabled ? (
          <Pill tone="bad" icon={<Ban aria-hidden />}>
            disabled
          </Pill>
        ) : null}
      </RowLine>
      <RowText>
        in the team since <Time at={createdAt.toISOString()} now={now} />
      </RowText>
    </ListRow>
  );
}
