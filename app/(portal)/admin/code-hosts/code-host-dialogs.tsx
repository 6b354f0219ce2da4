"use client";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/button";
import { useToast } from "@/components/toast";
import type { CodeHostSummary } from "@/lib/code-hosts/code-host";
import { CodeHostDialog, type Kind } from "./code-host-dialog";
import { HostKeysDialog } from "./host-keys-dialog";

export function AddCodeHostButton({ kinds }: { kinds: readonly Kind[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setOpen(true)}>
        Add code host
      </Button>
      {isOpen ? <CodeHostDialogs first="edit" host={null} kinds={kinds} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** A code host's settings and its host keys, one leading to the other where git could not connect otherwise. */
export function CodeHostDialogs(props: {
  first: "edit" | "host-keys";
  host: CodeHostSummary | null;
  kinds: readonly Kind[];
  onClose: () => void;
}) {
  const { kinds, onClose } = props;
  const [host, setHost] = useState(props.host);
  const [shown, setShown] = useState<"edit" | "host-keys" | "saved">(props.first);
  const toast = useToast();
  if (shown === "edit" || !host) {
    const leadOn = (saved: CodeHostSummary) => {
      if (needsHostKeys(host, saved)) {
        setHost(saved);
        setShown("saved");
      } else {
        toast(host ? `${saved.name} is saved` : `${saved.name} is added`);
        onClose();
      }
    };
    return <CodeHostDialog host={host} kinds={kinds} onSaved={leadOn} onClose={onClose} />;
  }
  return <HostKeysDialog host={host} isSaved={shown === "saved"} onEdit={() => setShown("edit")} onClose={onClose} />;
}

/** Not when that was so before: whoever only mends a name is not asked again. */
function needsHostKeys(before: CodeHostSummary | null, { hostKeys, baseUrl, sshAddress }: CodeHostSummary): boolean {
  if (hostKeys !== "to-confirm" && hostKeys !== "address-unknown") return false;
  return before?.hostKeys !== hostKeys || before.baseUrl !== baseUrl || before.sshAddress !== sshAddress;
}
