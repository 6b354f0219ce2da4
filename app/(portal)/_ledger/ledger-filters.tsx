import { LinkButton } from "@/components/button";
import { cx } from "@/components/cx";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Select } from "@/components/select";
import { SubmitButton } from "@/components/submit-button";
import type { LedgerChoices } from "@/lib/ledger/choices";
import { firstOfMonth, MONTHS_SHOWN } from "@/lib/ledger/time-left";
import type { LedgerQuery } from "./read-query";

/** An ordinary GET form: what is shown stands in the URL and can be shared. */
export function LedgerFilters(props: {
  query: LedgerQuery;
  choices: LedgerChoices;
  withOwner: boolean;
  /** Where everything is shown; null when it is. */
  clear: string | null;
  now: string;
}) {
  const { query, choices, withOwner, clear, now } = props;
  return (
    <search className="mb-5 block">
      <form
        method="get"
        className={cx(
          "grid grid-cols-2 items-end gap-3",
          withOwner ? "md:grid-cols-[repeat(4,minmax(0,1fr))_auto]" : "sm:grid-cols-[repeat(3,minmax(0,1fr))_auto]",
        )}
      >
        <Field label="Ends">
          <Select name="window" defaultValue={query.window ?? ""}>
            <option value="">At any time</option>
            <option value="ended">Has ended</option>
            <option value="14">Within 14 days</option>
            <option value="30">Within 30 days</option>
            <optgroup label="In a month">
              <option value="earlier">Before this month</option>
              {monthsOf(now, query.window).map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
              <option value="later">After these</option>
            </optgroup>
            <optgroup label="Without an end">
              <option value="never">Never</option>
              <option value="not-told">Not known</option>
            </optgroup>
          </Select>
        </Field>
        <Field label="Code host">
          <Select name="host" defaultValue={query.host ?? ""}>
            <option value="">Any</option>
            {choices.hosts.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Consumer">
          <Select name="consumer" defaultValue={query.consumer ?? ""}>
            <option value="">Any</option>
            {choices.consumers.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        {withOwner ? (
          <Field label="Owner">
            <Input
              name="owner"
              autoComplete="off"
              maxLength={200}
              placeholder="Person, team, or site"
              defaultValue={query.owner}
            />
          </Field>
        ) : null}
        <div className={cx("flex gap-2", withOwner ? "max-md:col-span-full" : "max-sm:self-end")}>
          <SubmitButton variant="secondary">Filter</SubmitButton>
          {clear ? (
            <LinkButton variant="ghost" href={clear} scroll={false}>
              Clear
            </LinkButton>
          ) : null}
        </div>
      </form>
    </search>
  );
}

/** Those of the picture, and one from elsewhere that the address names. */
function monthsOf(now: string, window: string | undefined): { value: string; label: string }[] {
  const shown = Array.from({ length: MONTHS_SHOWN }, (_, index) => firstOfMonth(new Date(now), index));
  const named = /^\d{4}-\d\d$/.test(window ?? "") ? new Date(`${window}-01T00:00:00Z`) : null;
  const others = named && !Number.isNaN(named.getTime()) ? [named] : [];
  const all = new Map([...shown, ...others].map((first) => [first.toISOString().slice(0, 7), first]));
  return [...all]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([value, first]) => ({
      value,
      label: first.toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" }),
    }));
}
