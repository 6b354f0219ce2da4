"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button, type ButtonSize, type ButtonVariant } from "./button";

/** Copies `text` and says so for two seconds. Where the browser forbids it, it says that instead. */
export function CopyButton({
  text,
  label = "Copy",
  variant,
  size = "sm",
}: {
  text: string;
  label?: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
}) {
  const [said, setSaid] = useState<"Copied" | "Copy it by hand" | null>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      setSaid("Copy it by hand");
    }
  }
  return (
    <Button
      variant={variant}
      size={size}
      icon={said === "Copied" ? <Check aria-hidden /> : <Copy aria-hidden />}
      onClick={copy}
    >
      <span aria-live="polite">{said ?? label}</span>
    </Button>
  );
}
