import { KeySquare } from "lucide-react";
import { Pill } from "@/components/pill";
import type { SshKeyState } from "@/lib/ssh-keys/ssh-key";

const LOOKS = {
  new: { tone: "warn", words: "SSH key to be added" },
  known: { tone: "ok", words: "SSH key known" },
  unknown: { tone: "bad", words: "SSH key not known there" },
  unclear: { tone: "off", words: "SSH key could not be checked" },
} as const;

/** In a row: how the key for git stands. Null: there is none. */
export function SshKeyPill({ sshKey }: { sshKey: { state: SshKeyState; isMoved: boolean } | null }) {
  const look = sshKey?.isMoved
    ? ({ tone: "bad", words: "SSH key to be made anew" } as const)
    : sshKey
      ? LOOKS[sshKey.state]
      : ({ tone: "warn", words: "no SSH key" } as const);
  return (
    <Pill tone={look.tone} icon={<KeySquare aria-hidden />}>
      {look.words}
    </Pill>
  );
}
