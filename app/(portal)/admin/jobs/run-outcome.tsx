import { StateIcon } from "@/components/state-icon";

const looks = {
  ok: ["ok", "Went well"],
  failed: ["bad", "Failed"],
  stopped: ["off", "Was stopped"],
  lost: ["warn", "Was cut off"],
  never: ["off", "Has not run yet"],
} as const;

/** How a run ended; null: it has not yet. */
export function OutcomeIcon({ outcome, className }: { outcome: string | null; className?: string }) {
  const [state, label] = looks[outcome as keyof typeof looks] ?? (["off", "Is running"] as const);
  return <StateIcon state={state} label={label} className={className} />;
}

/** "340 ms", "12 s", "3 min 5 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
