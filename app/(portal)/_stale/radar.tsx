import { ChevronDown, Radar as RadarIcon } from "lucide-react";
import { HostIcon } from "@/components/host-icon";
import { Pill } from "@/components/pill";
import { calendarDate } from "@/components/relative-time";
import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import type { Actor } from "@/lib/authz";
import type { Scope } from "@/lib/revocations/scope";
import { type RadarEntry, sunsetRadar } from "@/lib/stale/sunset-radar";

/** What the code hosts here retire: from when, how many it concerns, what to do instead, and where it is written. */
export async function Radar({ actor, scope }: { actor: Actor; scope: Scope }) {
  const radar = await sunsetRadar(actor, scope);
  if (!radar.ok || radar.value.length === 0) return null;
  const now = new Date().toISOString();
  const touched = radar.value.filter(({ count }) => count > 0).length;
  return (
    <section aria-labelledby="radar" className="border-line bg-panel mb-6 rounded-lg border">
      <header className="px-4 pt-4 pb-3 sm:px-5">
        <h2 id="radar" className="flex items-center gap-2 font-semibold">
          <RadarIcon aria-hidden className="text-muted size-4" />
          Sunset radar
        </h2>
        <p className="text-muted mt-0.5">
          What the code hosts retire.{" "}
          {touched === 0
            ? "Nothing here is concerned."
            : `${touched} of ${radar.value.length} ${radar.value.length === 1 ? "rule concerns" : "rules concern"} something here.`}
        </p>
      </header>
      <ul aria-label="Sunset radar" className="divide-line border-line divide-y border-t">
        {radar.value.map((entry) => (
          <Entry key={`${entry.kind} ${entry.id}`} entry={entry} now={now} />
        ))}
      </ul>
    </section>
  );
}

function Entry({ entry, now }: { entry: RadarEntry; now: string }) {
  const { kind, kindName, rule, instead, source, readOn } = entry;
  return (
    <li>
      <details className="group">
        <summary className="hover:bg-subtle/50 grid cursor-pointer list-none grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-3 gap-y-1.5 px-4 py-3 sm:grid-cols-[auto_minmax(0,1fr)_auto_auto] sm:px-5 [&::-webkit-details-marker]:hidden">
          <HostIcon kind={kind} className="mt-0.5 size-4" />
          <span className="min-w-0 break-words">
            <span className="sr-only">{kindName}: </span>
            {rule}
          </span>
          <span className="max-sm:col-start-2 max-sm:row-start-2">
            <Concerned entry={entry} now={now} />
          </span>
          <ChevronDown
            aria-hidden
            className="text-muted mt-0.5 size-4 transition-transform duration-120 group-open:rotate-180 max-sm:col-start-3 max-sm:row-start-1"
          />
        </summary>
        <div className="bg-ground border-line flex flex-col gap-1.5 border-t px-4 py-3 text-sm sm:px-5 sm:pl-12">
          <p>{instead}</p>
          <p className="text-muted break-words">
            <TextLink href={source} external>
              {new URL(source).host}
            </TextLink>{" "}
            says so, read on {calendarDate(readOn)}.
          </p>
        </div>
      </details>
    </li>
  );
}

function Concerned({ entry: { count, isUncertain, firstEndsAt }, now }: { entry: RadarEntry; now: string }) {
  if (count === 0 || firstEndsAt === null) return <Pill tone="off">concerns none here</Pill>;
  const date = calendarDate(firstEndsAt);
  if (isUncertain) {
    return (
      <Pill tone="off" icon={<StateIcon state="off" label="" className="size-3.5" />}>
        may concern {count}, from {date}
      </Pill>
    );
  }
  const isPast = firstEndsAt <= now;
  return (
    <Pill
      tone={isPast ? "bad" : "warn"}
      icon={<StateIcon state={isPast ? "bad" : "warn"} label="" className="size-3.5" />}
    >
      {count} {isPast ? "retired since" : "from"} {date}
    </Pill>
  );
}
