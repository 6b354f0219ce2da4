import { HostIcon } from "@/components/host-icon";
import { Notice } from "@/components/notice";
import { Section } from "@/components/section";
import { Stat, Stats } from "@/components/stat";
import { DayBars, StateBar } from "@/components/state-bar";
import { StateIcon } from "@/components/state-icon";
import { TextLink } from "@/components/text-link";
import { Time } from "@/components/time";
import { accountName } from "@/lib/credentials/account-name";
import { type Counts, readSiteState, type SiteState, WINDOW_DAYS } from "@/lib/dashboard/site-state";
import type { SignedInActor } from "@/lib/session";

const SHOWN_HOSTS = 12;
const WORDS = { ok: "work", warn: "need somebody", bad: "are dead", off: "cannot be told" } as const;
const STATES = ["ok", "warn", "bad", "off"] as const;

/** The whole site for its admins: numbers, a picture by code host and state, what ends and what happened. */
export async function SiteStateSections({ actor }: { actor: SignedInActor }) {
  const read = await readSiteState(actor);
  if (!read.ok) return <Notice tone="bad">{read.error.message}</Notice>;
  const site = read.value;
  return (
    <>
      <h2 className="mb-3 text-lg font-semibold">This site</h2>
      <Stats>
        <Stat value={site.total}>
          {site.total === 1 ? "credential" : "credentials"} on {site.hosts.length} of{" "}
          {site.hosts.length + site.emptyHosts} code hosts
        </Stat>
        <Stat value={site.ending.total} tone={site.ending.total > 0 ? "warn" : "ink"} href="/admin/expiry?window=30">
          end within {WINDOW_DAYS} days
        </Stat>
        <Stat value={site.counts.bad} tone={site.counts.bad > 0 ? "bad" : "ink"} href="/admin/stale">
          rejected, expired or unusable
        </Stat>
        <Stat value={site.counts.off}>not checked, or cannot be told</Stat>
      </Stats>
      <ByHost site={site} />
      <div className="grid gap-x-6 lg:grid-cols-2">
        <Ends site={site} />
        <Happened site={site} />
      </div>
    </>
  );
}

function ByHost({ site: { hosts, total } }: { site: SiteState }) {
  if (total === 0) {
    return (
      <Section title="By code host and state">
        <p className="text-muted">
          Nobody has added a credential yet. <TextLink href="/admin/users">Invite people</TextLink>, or add a{" "}
          <TextLink href="/admin/credentials">global service account</TextLink>.
        </p>
      </Section>
    );
  }
  const most = hosts[0]?.total ?? 1;
  return (
    <Section
      title="By code host and state"
      description="Each bar is as long as the number of credentials there, of people, teams and the site."
    >
      <ul aria-label="Legend" className="text-muted flex flex-wrap gap-x-4 gap-y-1 text-sm">
        {STATES.map((state) => (
          <li key={state} className="inline-flex items-center gap-1.5">
            <StateIcon state={state} label="" className="size-4" /> {WORDS[state]}
          </li>
        ))}
      </ul>
      <ul className="flex flex-col gap-3">
        {hosts.slice(0, SHOWN_HOSTS).map((host) => (
          <li
            key={host.id}
            className="grid grid-cols-[minmax(0,1fr)] items-center gap-x-4 gap-y-1.5 sm:grid-cols-[14rem_minmax(0,1fr)]"
          >
            <span className="flex min-w-0 items-center gap-2">
              <HostIcon kind={host.kind} className="size-4" />
              <span className="truncate font-medium">{host.name}</span>
            </span>
            <StateBar
              most={most}
              parts={STATES.map((state) => ({ state, count: host.counts[state] }))}
              label={`${host.name}: ${inWords(host.counts)}`}
            />
          </li>
        ))}
      </ul>
      {hosts.length > SHOWN_HOSTS ? (
        <p className="text-muted text-sm">
          and {hosts.length - SHOWN_HOSTS} more <TextLink href="/admin/code-hosts">code hosts</TextLink>
        </p>
      ) : null}
    </Section>
  );
}

function inWords(counts: Counts): string {
  return STATES.filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${WORDS[state]}`)
    .join(", ");
}

function Ends({ site: { ending, now } }: { site: SiteState }) {
  return (
    <Section title={`Ends within ${WINDOW_DAYS} days`}>
      {ending.total === 0 ? <p className="text-muted">Nothing ends that soon, as far as the code hosts tell.</p> : null}
      <ul className="flex flex-col gap-2.5">
        {ending.first.map(({ id, kind, hostName, ownerLabel, login, expiresAt }) => (
          <li key={id} className="flex items-start gap-2.5">
            <span className="mt-0.5">
              <HostIcon kind={kind} className="size-4" />
            </span>
            <span className="min-w-0 flex-1">
              <span className="font-medium break-words">{hostName}</span>
              <span className="text-muted block text-sm break-words">
                {login ? `${accountName(login)}, ` : ""}
                {ownerLabel}
              </span>
            </span>
            <Time at={expiresAt} now={now} className="text-muted shrink-0 text-sm" />
          </li>
        ))}
      </ul>
      {ending.total > ending.first.length ? (
        <p className="text-sm">
          <TextLink href="/admin/expiry?window=30">All {ending.total.toLocaleString("en")}</TextLink>
        </p>
      ) : null}
    </Section>
  );
}

function Happened({ site: { added, used, rejected } }: { site: SiteState }) {
  const rows = [
    { label: "Added", value: added.total },
    { label: "Fetched by a tool", value: used },
    { label: "Rejected by their code host, and still so", value: rejected },
  ];
  return (
    <Section title={`The last ${WINDOW_DAYS} days`}>
      <dl className="flex flex-col gap-2">
        {rows.map(({ label, value }) => (
          <div key={label} className="flex items-baseline justify-between gap-4">
            <dt className="text-muted">{label}</dt>
            <dd className="font-semibold tabular-nums">{value.toLocaleString("en")}</dd>
          </div>
        ))}
      </dl>
      <div>
        <DayBars days={added.days} label={`Added by day: ${added.total} in ${WINDOW_DAYS} days`} />
        <p className="text-muted mt-1 flex justify-between text-xs">
          <span>added by day</span>
          <span>today</span>
        </p>
      </div>
    </Section>
  );
}
