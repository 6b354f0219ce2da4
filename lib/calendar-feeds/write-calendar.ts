import ical, {
  ICalAlarmType,
  ICalCalendarMethod,
  ICalEventBusyStatus,
  ICalEventClass,
  ICalEventTransparency,
} from "ical-generator";
import { env } from "../env";
import { credentialsPath } from "../ledger/credentials-path";
import { type LedgerRow, ownerLabel } from "../ledger/row";
import type { LedgerScope } from "../ledger/scope";

/**
 * A ledger as a calendar (RFC 5545): one day in it for each end that is known, in UTC, with a reminder a week before.
 * Other people's calendars may show it, so it holds no token and no part of one.
 */
const HOUR_S = 3600;
const REFRESH_S = 6 * HOUR_S;
const REMIND_BEFORE_S = 7 * 24 * HOUR_S;

export interface CalendarContent {
  scope: LedgerScope;
  teamName: string | null;
  /** Each with an end that is known. */
  rows: readonly LedgerRow[];
  /** There are more than these. */
  isCut: boolean;
  now: Date;
}

export function writeCalendar({ scope, teamName, rows, isCut, now }: CalendarContent): string {
  const calendar = ical({
    name: calendarName(scope, teamName),
    description: `When credentials end, as Forgepass knows it.${isCut ? ` Only the first ${rows.length} are here.` : ""}`,
    prodId: { company: "Forgepass", product: "Expiry", language: "EN" },
    method: ICalCalendarMethod.PUBLISH,
    url: env().publicUrl,
    ttl: REFRESH_S,
  });
  for (const row of rows) {
    if (!row.end.known || row.end.at === null) continue;
    const summary = plain(`${row.host.name}: ${of(row, scope)} ${row.state === "ended" ? "has ended" : "ends"}`);
    const event = calendar.createEvent({
      id: `${row.id}-${row.version}@${new URL(env().publicUrl).host}`,
      // Of the moment the date in UTC is taken, whatever the time zone of the machine.
      start: new Date(row.end.at),
      allDay: true,
      stamp: now,
      summary,
      description: tell(row),
      url: `${env().publicUrl}${credentialsPath(row, scope)}`,
      class: ICalEventClass.PRIVATE,
      transparency: ICalEventTransparency.TRANSPARENT,
      busystatus: ICalEventBusyStatus.FREE,
    });
    if (row.state !== "ended") {
      event.createAlarm({ type: ICalAlarmType.display, triggerBefore: REMIND_BEFORE_S, description: summary });
    }
  }
  return calendar.toString();
}

function calendarName(scope: LedgerScope, teamName: string | null): string {
  if (scope.type === "site-all") return "Forgepass: all credentials";
  return scope.type === "team" ? plain(`Forgepass: team ${teamName ?? ""}`) : "Forgepass: my credentials";
}

/** "token of Alice (octo)" */
function of({ owner, login, typeName }: LedgerRow, scope: LedgerScope): string {
  const whose = scope.type === "site-all" ? ` of ${owner.type === "site" ? "this site" : ownerLabel(owner)}` : "";
  return `${typeName}${whose}${login === null ? "" : ` (${login})`}`;
}

function tell({ end, host, serves, mayServe, lastUsed }: LedgerRow): string {
  const list = (consumers: readonly { name: string }[]) => plain(consumers.map(({ name }) => name).join(", "));
  return [
    end.known && end.at ? `It ends on ${end.at.slice(0, 10)} at ${end.at.slice(11, 16)} UTC.` : null,
    `Code host: ${plain(host.baseUrl)}`,
    serves.length > 0 ? `Serves: ${list(serves)}` : null,
    mayServe.length > 0 ? `May serve: ${list(mayServe)}` : null,
    lastUsed?.by ? `Last used by: ${plain(lastUsed.by.name)}` : null,
    "Make a new one and replace it before then.",
  ]
    .filter((line) => line !== null)
    .join("\n");
}

/** One line, as names come from people and hosts. */
function plain(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}
