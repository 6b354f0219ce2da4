"use client";
import {
  Check,
  ExternalLink,
  Fingerprint,
  KeyRound,
  Pencil,
  PlugZap,
  ShieldCheck,
  Terminal,
  Trash2,
  TriangleAlert,
} from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "@/components/button";
import { HostIcon } from "@/components/host-icon";
import { ListRow, RowLine } from "@/components/list";
import { Menu, MenuItem, MenuLink, MenuSeparator } from "@/components/menu";
import { Pill } from "@/components/pill";
import { useToast } from "@/components/toast";
import type { CodeHostSummary } from "@/lib/code-hosts/code-host";
import type { HostKeysState } from "@/lib/code-hosts/host-keys-known";
import type { ConnectionTest } from "@/lib/code-hosts/test-connection";
import { testConnectionAction } from "./actions";
import type { Kind } from "./code-host-dialog";
import { CodeHostDialogs } from "./code-host-dialogs";
import { ConnectionAnswer } from "./connection-answer";
import { RemoveCodeHostDialog } from "./remove-code-host-dialog";

/** One code host: what it is, how many credentials it has, and what answers there when asked. */
export function CodeHostRow({ host, kinds }: { host: CodeHostSummary; kinds: readonly Kind[] }) {
  const [dialog, setDialog] = useState<"edit" | "host-keys" | "remove" | null>(null);
  const [test, setTest] = useState<ConnectionTest | null>(null);
  const [isTesting, startTest] = useTransition();
  const toast = useToast();
  const kindName = kinds.find(({ kind }) => kind === host.kind)?.name ?? host.kind;

  function runTest() {
    setTest(null);
    startTest(async () => {
      const result = await testConnectionAction({ id: host.id });
      if (result.ok) setTest(result.value);
      else toast(result.error.message, "bad");
    });
  }

  return (
    <ListRow
      icon={<HostIcon kind={host.kind} />}
      title={host.name}
      subtitle={<span className="break-all">{host.baseUrl}</span>}
      actions={
        <>
          <Button
            size="sm"
            icon={<PlugZap aria-hidden />}
            pending={isTesting}
            aria-label={`Test the connection to ${host.name}`}
            onClick={runTest}
          >
            Test connection
          </Button>
          <Menu label={`More for ${host.name}`}>
            <MenuItem icon={<Pencil aria-hidden />} onSelect={() => setDialog("edit")}>
              Edit
            </MenuItem>
            {host.hostKeys ? (
              <MenuItem icon={<Fingerprint aria-hidden />} onSelect={() => setDialog("host-keys")}>
                Host keys
              </MenuItem>
            ) : null}
            <MenuLink href={host.baseUrl} external icon={<ExternalLink aria-hidden />}>
              Open {kindName}
            </MenuLink>
            <MenuSeparator />
            <MenuItem danger icon={<Trash2 aria-hidden />} onSelect={() => setDialog("remove")}>
              Remove
            </MenuItem>
          </Menu>
          {dialog === "edit" || dialog === "host-keys" ? (
            <CodeHostDialogs first={dialog} host={host} kinds={kinds} onClose={() => setDialog(null)} />
          ) : null}
          {dialog === "remove" ? <RemoveCodeHostDialog host={host} onClose={() => setDialog(null)} /> : null}
        </>
      }
    >
      <RowLine>
        <Pill tone="off" icon={<KeyRound aria-hidden />}>
          {countCredentials(host.credentialCount)}
        </Pill>
        {host.caCertificate ? (
          <Pill tone="off" icon={<ShieldCheck aria-hidden />}>
            Private CA
          </Pill>
        ) : null}
        {host.gitOverSsh ? (
          <Pill tone="off" icon={<Terminal aria-hidden />}>
            Git over SSH
          </Pill>
        ) : null}
        {host.hostKeys ? <HostKeysPill state={host.hostKeys} /> : null}
      </RowLine>
      <div aria-live="polite">{test ? <ConnectionAnswer test={test} /> : null}</div>
    </ListRow>
  );
}

function HostKeysPill({ state }: { state: HostKeysState }) {
  const { tone, icon: Icon, words } = hostKeysLooks[state];
  return (
    <Pill tone={tone} icon={<Icon aria-hidden />}>
      {words}
    </Pill>
  );
}

const hostKeysLooks = {
  confirmed: { tone: "ok", icon: Check, words: "Host keys confirmed" },
  published: { tone: "off", icon: Fingerprint, words: "Host keys published" },
  "to-confirm": { tone: "warn", icon: TriangleAlert, words: "Host keys to confirm" },
  "address-unknown": { tone: "warn", icon: TriangleAlert, words: "SSH address missing" },
} as const;

function countCredentials(count: number): string {
  if (count === 0) return "No credentials";
  return count === 1 ? "1 credential" : `${count.toLocaleString("en")} credentials`;
}
