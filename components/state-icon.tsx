/* The state of one thing as a shape with a name: shape and name differ as well as colour. */
import { Circle, CircleCheck, CircleDashed, CircleX, TriangleAlert } from "lucide-react";
import { cx } from "./cx";

export type State = "ok" | "warn" | "bad" | "none" | "off";

const looks = {
  ok: { icon: CircleCheck, tone: "text-ok", word: "Works" },
  warn: { icon: TriangleAlert, tone: "text-warn", word: "Works, but needs you" },
  bad: { icon: CircleX, tone: "text-bad", word: "Rejected" },
  none: { icon: Circle, tone: "text-bad", word: "Nothing here" },
  off: { icon: CircleDashed, tone: "text-off", word: "Not checked" },
};

/** ok: tick in circle; warn: triangle; bad: crossed circle; none: empty red circle; off: dashed grey circle.
 * `label` replaces the usual word; an empty label hides the icon where the same is said beside it. */
export function StateIcon({
  state,
  label,
  className = "size-5",
}: {
  state: State;
  label?: string;
  className?: string;
}) {
  const { icon: Icon, tone, word } = looks[state];
  const name = label ?? word;
  const look = cx("shrink-0", tone, className);
  if (name === "") return <Icon aria-hidden className={look} />;
  return (
    <span role="img" aria-label={name} title={name} className="inline-flex">
      <Icon aria-hidden className={look} />
    </span>
  );
}
