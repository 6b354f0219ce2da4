"use client";
import { ExternalLink, KeySquare, Plus, RefreshCw, Replace, RotateCw, Signature, Trash2 } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/menu";
import { useToast } from "@/components/toast";
import { RotateDialog } from "../_rotations/rotate-dialog";
import { SshKeyDialog } from "../_ssh-keys/ssh-key-dialog";
import { checkCredentialAction } from "./actions";
import { kindName, managePage } from "./guided-types";
import { RemoveDialog } from "./remove-dialog";
import type { RowData } from "./row-data";
import { StoreDialog } from "./store-dialog";

/** The row's one obvious button, and the rest in a menu. */
export function RowActions({ data, now }: { data: RowData; now: string }) {
  const [dialog, setDialog] = useState<"store" | "remove" | "rotate" | "git" | "signing" | null>(
    data.opensReplacing ? "store" : null,
  );
  const [isChecking, startCheck] = useTransition();
  const toast = useToast();
  const { host, credential } = data;

  function check() {
    if (!credential) return;
    startCheck(async () => {
      const result = await checkCredentialAction({ owner: data.owner, credentialId: credential.id });
      if (!result.ok) toast(result.error.message, "bad");
      else if (result.value.outcome === "valid") toast(`${host.name} accepted the token`);
      else toast(`${host.name}: ${result.value.outcomeDetail ?? "the token could not be checked"}`, "bad");
    });
  }

  function closeStore() {
    setDialog(null);
    if (!data.opensReplacing) return;
    // A reload does not open it again.
    const url = new URL(window.location.href);
    url.searchParams.delete("replace");
    window.history.replaceState(null, "", url);
  }

  return (
    <>
      {credential ? (
        <>
          {data.needsReplacing && data.closed === null ? (
            <Button
              icon={<Replace aria-hidden />}
              aria-label={`Replace the token for ${host.name}`}
              onClick={() => setDialog("store")}
            >
              Replace
            </Button>
          ) : (
            <Button
              icon={<RefreshCw aria-hidden />}
              pending={isChecking}
              aria-label={`Check the token for ${host.name}`}
              onClick={check}
            >
              Check
            </Button>
          )}
          <Menu label={`More for ${host.name}`}>
            {data.closed !== null ? null : data.needsReplacing ? (
              <MenuItem icon={<RefreshCw aria-hidden />} disabled={isChecking} onSelect={check}>
                Check now
              </MenuItem>
            ) : (
              <MenuItem icon={<Replace aria-hidden />} onSelect={() => setDialog("store")}>
                Replace
              </MenuItem>
            )}
            {credential && mayRotate(data) ? (
              <MenuItem icon={<RotateCw aria-hidden />} onSelect={() => setDialog("rotate")}>
                Rotate
              </MenuItem>
            ) : null}
            {host.gitOverSsh ? (
              <MenuItem icon={<KeySquare aria-hidden />} onSelect={() => setDialog("git")}>
                View public key
              </MenuItem>
            ) : null}
            {data.canSign ? (
              <MenuItem icon={<Signature aria-hidden />} onSelect={() => setDialog("signing")}>
                Key for signed commits
              </MenuItem>
            ) : null}
            <MenuLink href={managePage(data)} external icon={<ExternalLink aria-hidden />}>
              Tokens on {kindName(data)}
            </MenuLink>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDialog("remove")}>
              Remove
            </MenuItem>
          </Menu>
        </>
      ) : data.closed !== null ? null : (
        <Button
          variant="primary"
          icon={<Plus aria-hidden />}
          aria-label={`Add a token for ${host.name}`}
          onClick={() => setDialog("store")}
        >
          Add token
        </Button>
      )}
      <StoreDialog open={dialog === "store"} data={data} now={now} onClose={closeStore} />
      {credential && dialog === "rotate" ? (
        <RotateDialog data={data} credentialId={credential.id} now={now} onClose={() => setDialog(null)} />
      ) : null}
      {credential && (dialog === "git" || dialog === "signing") ? (
        <SshKeyDialog
          point={{ owner: data.owner, credentialId: credential.id, use: dialog }}
          host={host}
          now={now}
          onClose={() => setDialog(null)}
        />
      ) : null}
      <RemoveDialog open={dialog === "remove"} data={data} onClose={() => setDialog(null)} />
    </>
  );
}

/** Also where it cannot be rotated now, while there is a schedule to change or a rotation to look at. */
function mayRotate({ rotation }: RowData): boolean {
  if (rotation === null) return false;
  return rotation.refusal === null || rotation.rotateDays !== null || rotation.last?.isUnderWay === true;
}
