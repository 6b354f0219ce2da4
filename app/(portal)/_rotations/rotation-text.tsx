import { RowText } from "@/components/list";
import { Time } from "@/components/time";
import type { RotationFacts } from "@/lib/rotations/facts";
import { quoted } from "../_credentials/wording";

/** In a credential's row: how its last rotation stands, and when the next comes by itself. */
export function RotationText({ facts, hostName, now }: { facts: RotationFacts; hostName: string; now: string }) {
  const { last, rotateDays, countedFrom, nextAt } = facts;
  const days = rotateDays === 1 ? "1 day" : `${rotateDays} days`;
  return (
    <>
      {last ? <LastRotationText last={last} hostName={hostName} now={now} /> : null}
      {rotateDays !== null ? (
        <RowText>
          Rotates by itself {days} {countedFrom === "end" ? "before its end" : "after it was made"}
          {nextAt === null ? (
            ", but cannot at the moment"
          ) : nextAt <= now ? (
            ", within the next hours"
          ) : (
            <>
              {" "}
              (<Time at={nextAt} now={now} />)
            </>
          )}
          .
        </RowText>
      ) : null}
    </>
  );
}

function LastRotationText({
  last: { state, startedAt, retireAt, detail, hostSaid },
  hostName,
  now,
}: {
  last: NonNullable<RotationFacts["last"]>;
  hostName: string;
  now: string;
}) {
  const said = hostSaid ? ` ${quoted(hostName, hostSaid)}` : "";
  switch (state) {
    case "asking":
    case "answered":
      return <RowText>{detail ?? "It is being rotated."}</RowText>;
    case "overlap":
      return (
        <RowText>
          Rotated <Time at={startedAt} now={now} />.{" "}
          {retireAt && retireAt > now ? (
            <>
              The old one still works, and is ended <Time at={retireAt} now={now} />.
            </>
          ) : (
            "The old one is about to be ended."
          )}
          {detail ? ` ${detail}` : ""}
          {said}
        </RowText>
      );
    case "done":
      return detail ? <RowText>{detail}</RowText> : null;
    case "failed":
      return (
        <RowText>
          The rotation <Time at={startedAt} now={now} /> came to nothing: {detail}
          {said}
        </RowText>
      );
    case "lost":
      // Its sentence is the credential's own.
      return null;
  }
}
