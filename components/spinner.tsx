import { LoaderCircle } from "lucide-react";
import { cx } from "./cx";

/** A turning ring, for work under way. Decorative: whoever shows it says in words what is going on. */
export function Spinner({ className = "size-4" }: { className?: string }) {
  return <LoaderCircle aria-hidden className={cx("animate-spin", className)} />;
}
