import { Ban, ShieldCheck } from "lucide-react";
import { Avatar } from "@/components/avatar";
import { ListRow, RowLine, RowText } from "@/components/list";
import { Pill } from "@/components/pill";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import type { UserSummary } from "@/lib/users/user";
import { UserMenu } from "./user-menu";

export function UserRow({ user, isSelf, now }: { user: UserSummary; isSelf: boolean; now: string }) {
  const { id, name, email, role, isDisabled, credentialCount, lastSeenAt, createdAt } = user;
  const credentials = credentialCount === 1 ? "1 credential" : `${credentialCount} credentials`;
  return (
    <ListRow
      id={`user-${id}`}
      icon={<Avatar name={name} />}
      title={name}
      subtitle={<span className="break-all">{email}</span>}
      actions={<UserMenu user={{ id, name, email, role, isDisabled, credentialCount }} isSelf={isSelf} />}
    >
      <RowLine>
        {role === "ADMIN" ? (
          <Pill icon={<ShieldCheck aria-hidden />}>site admin</Pill>
        ) : (
          <span className="text-muted">user</span>
        )}
        {isSelf ? <Pill tone="off">you</Pill> : null}
        {isDisabled ? (
          <Pill tone="bad" icon={<Ban aria-hidden />}>
            disabled
          </Pill>
        ) : null}
      </RowLine>
      <RowText>
        {credentialCount > 0 ? (
          <TextLink href={`/admin/users/${id}/credentials`}>{credentials}</TextLink>
        ) : (
          "No credentials"
        )}{" "}
        ·{" "}
        {lastSeenAt ? (
          <>
            seen <Time at={lastSeenAt.toISOString()} now={now} />
          </>
        ) : (
          "not signed in"
        )}{" "}
        · joined <Time at={createdAt.toISOString()} now={now} />
      </RowText>
    </ListRow>
  );
}
