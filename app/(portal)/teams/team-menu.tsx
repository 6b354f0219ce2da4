"use client";
import { LogOut, Pencil, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { Menu, MenuItem, MenuSeparator } from "@/components/menu";
import { useToast } from "@/components/toast";
import { leaveTeamAction } from "./actions";
import { DeleteTeamDialog } from "./delete-team-dialog";
import { EditTeamDialog, type ShownTeam } from "./team-form";

/** What may be done with a team as a whole. `afterwards` is where to go when it is not there any more; absent: stay. */
export function TeamMenu(props: {
  team: ShownTeam;
  mayManage: boolean;
  isAdmin: boolean;
  isMember: boolean;
  afterwards?: string;
}) {
  const { team, mayManage, isAdmin, isMember, afterwards } = props;
  const [dialog, setDialog] = useState<"edit" | "delete" | "leave" | null>(null);
  const router = useRouter();
  const close = () => setDialog(null);
  const goAway = (path = afterwards) => (path ? router.push(path) : router.refresh());
  if (!mayManage && !isMember) return null;
  return (
    <>
      <Menu label={`More for ${team.name}`}>
        {mayManage ? (
          <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog("edit")}>
            Edit
          </MenuItem>
        ) : null}
        {isMember ? (
          <MenuItem icon={<LogOut aria-hidden />} onSelect={() => setDialog("leave")}>
            Leave the team
          </MenuItem>
        ) : null}
        {isAdmin ? (
          <>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDialog("delete")}>
              Delete…
            </MenuItem>
          </>
        ) : null}
      </Menu>
      {dialog === "edit" ? <EditTeamDialog team={team} mayRename={isAdmin} onClose={close} /> : null}
      {dialog === "delete" ? <DeleteTeamDialog team={team} onDeleted={goAway} onClose={close} /> : null}
      {dialog === "leave" ? <LeaveDialog team={team} onLeft={() => goAway("/teams")} onClose={close} /> : null}
    </>
  );
}

function LeaveDialog({ team, onLeft, onClose }: { team: ShownTeam; onLeft: () => void; onClose: () => void }) {
  const [error, setError] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const toast = useToast();
  function leave() {
    start(async () => {
      const result = await leaveTeamAction(team.id);
      if (!result.ok) return setError(result.error.message);
      toast(`You have left ${team.name}`);
      onClose();
      onLeft();
    });
  }
  return (
    <ConfirmDialog
      open
      title={`Leave ${team.name}`}
      confirmLabel="Leave"
      busy={isBusy}
      error={error}
      onConfirm={leave}
      onClose={onClose}
    >
      <p>Tools stop using the team’s credentials for you at once. Only a maintainer can add you again.</p>
    </ConfirmDialog>
  );
}
