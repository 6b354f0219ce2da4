"use client";
import { ExternalLink, Plus, RefreshCw, Replace, Trash2 } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/menu";
import { useToast } from "@/components/toast";
import { checkCredentialAction } from "./actions";
import { kindName, managePage } from "./guided-types";
import { RemoveDialog } from "./remove-dialog";
import type { RowData } from "./row-data";
import { StoreDialog } from "./store-dialog";

/** The row's one obvious button, and the rest in a menu. */
export function RowActions({ data }: { data: RowData }) {
  const [dialog, setDialog] = useState<"store" | "remove" | null>(null);
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

  return (
    <>
      {credential ? (
        <>
          {data.needsReplacing ? (
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
            {data.needsReplacing ? (
              <MenuItem icon={<RefreshCw aria-hidden />} disabled={isChecking} onSelect={check}>
                Check now
              </MenuItem>
            ) : (
              <MenuItem icon={<Replace aria-hidden />} onSelect={() => setDialog("store")}>
                Replace
              </MenuItem>
            )}
            <MenuLink href={managePage(data)} external icon={<ExternalLink aria-hidden />}>
              Tokens on {kindName(data)}
            </MenuLink>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDialog("remove")}>
              Remove
            </MenuItem>
          </Menu>
        </>
      ) : (
        <Button
          variant="primary"
          icon={<Plus aria-hidden />}
          aria-label={`Add a token for ${host.name}`}
          onClick={() => setDialog("store")}
        >
          Add token
        </Button>
      )}
      <StoreDialog open={dialog === "store"} data={data} onClose={() => setDialog(null)} />
      <RemoveDialog open={dialog === "remove"} data={data} onClose={() => setDialog(null)} />
    </>
  );
}
