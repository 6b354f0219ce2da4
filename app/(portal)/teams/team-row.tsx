import { ShieldAlert, ShieldCheck, TriangleAlert, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import { ListRow, RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { TextLink } from "@/components/text-link";
import type { TeamSummary } from "@/lib/teams/list-teams";
import type { TeamRole } from "@/lib/teams/team";

/** One team: what it is for, how large it is, and what needs somebody. `role` is one's own; null: not in it. */
export function TeamRow({ team, role, actions }: { team: TeamSummary; role: TeamRole | null; actions?: ReactNode }) {
  const { id, name, description, memberCount, credentialCount, hasMaintainer, needing } = team;
  return (
    <ListRow
      id={`team-${id}`}
      icon={<UsersRound aria-hidden />}
      title={name}
      href={`/teams/${id}/credentials`}
      subtitle={description || undefined}
      actions={actions}
    >
      <RowLine>
        {role === "MAINTAINER" ? <Pill icon={<ShieldCheck aria-hidden />}>you maintain it</Pill> : null}
        {role === "MEMBER" ? <span className="text-muted">you are a member</span> : null}
        {hasMaintainer ? null : (
          <Pill tone="warn" icon={<ShieldAlert aria-hidden />}>
            no maintainer
          </Pill>
        )}
        {needing > 0 ? (
          <Pill tone="warn" icon={<TriangleAlert aria-hidden />}>
            {needing === 1 ? "1 credential needs somebody" : `${needing} credentials need somebody`}
          </Pill>
        ) : null}
      </RowLine>
      <RowText>
        <TextLink href={`/teams/${id}/members`}>{memberCount === 1 ? "1 member" : `${memberCount} members`}</TextLink> ·{" "}
        {credentialCount === 0
          ? "no credentials"
          : credentialCount === 1
            ? "1 credential"
            : `${credentialCount} credentials`}
        {hasMaintainer ? "" : " · a site admin has to make somebody a maintainer"}
      </RowText>
    </ListRow>
  );
}
