import type { EventName } from "../notifications/event";
import { type GroupName, groupNames, groupOf } from "../notifications/event-groups";

/**
 * Notifications as one mail: plain text and simple HTML that say the same, what is worst first. What came from outside
 * is text in both; links lead to the portal only; a notification holds no secret, so a mail does not either.
 */
export interface Told {
  event: string;
  title: string;
  body: string;
  /** Path in the portal. */
  href: string;
}

export interface Composed {
  subject: string;
  text: string;
  html: string;
}

const MOST = 50;

/** `publicUrl`: origin of the portal. `told` is not empty. */
export function compose(told: readonly Told[], person: { name: string }, publicUrl: string): Composed {
  const sorted = told
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ event, href, ...one }) => ({ event, href, title: oneLine(one.title), body: oneLine(one.body) }));
  const mail: Draft = {
    name: oneLine(person.name),
    subject: subjectOf(sorted),
    shown: sorted.slice(0, MOST),
    further: Math.max(0, sorted.length - MOST),
    publicUrl,
    all: `${publicUrl}/notifications`,
    choose: `${publicUrl}/settings/notifications`,
  };
  return { subject: mail.subject, text: asText(mail), html: asHtml(mail) };
}

interface Draft {
  name: string;
  subject: string;
  shown: readonly Told[];
  /** How many are only in the portal. */
  further: number;
  publicUrl: string;
  all: string;
  choose: string;
}

function asText({ name, shown, further, publicUrl, all, choose }: Draft): string {
  const paragraphs = [
    `Hello ${name},`,
    ...shown.map(({ title, body, href }) => `${title}\n${body}\n${publicUrl}${href}`),
    ...(further === 0 ? [] : [`${further} more are in the portal: ${all}`]),
    `-- \nForgepass at ${publicUrl}\nChoose what is mailed to you: ${choose}`,
  ];
  return `${paragraphs.join("\n\n")}\n`;
}

const link = "color:inherit";
const line = "border-top:1px solid #e7e5e1";
const muted = "color:#57514b";

function asHtml({ name, subject, shown, further, publicUrl, all, choose }: Draft): string {
  const items = shown.map(
    ({ title, body, href }) => `<div class="line" style="${line};padding:16px 0">
<p style="margin:0;font-weight:600"><a href="${escapeHtml(publicUrl + href)}" style="${link}">${escapeHtml(title)}</a></p>
<p class="muted" style="margin:4px 0 0;${muted}">${escapeHtml(body)}</p>
</div>`,
  );
  const rest = `<p style="margin:0 0 16px"><a href="${escapeHtml(all)}" style="${link}">${further} more are in the portal</a></p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #121110 !important; color: #f1efec !important; }
  .muted { color: #b5afa7 !important; }
  .line { border-color: #3a3735 !important; }
}
</style>
</head>
<body class="page" style="margin:0;background:#ffffff;color:#1c1917;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:600px;margin:0 auto;padding:24px 20px;overflow-wrap:anywhere">
<p style="margin:0 0 16px">Hello ${escapeHtml(name)},</p>
${[...items, ...(further === 0 ? [] : [rest])].join("\n")}
<p class="line muted" style="${line};margin:0;padding-top:16px;font-size:13px;${muted}">Forgepass at <a href="${escapeHtml(publicUrl)}" style="${link}">${escapeHtml(publicUrl)}</a><br>
<a href="${escapeHtml(choose)}" style="${link}">Choose what is mailed to you</a></p>
</div>
</body>
</html>
`;
}

const counted: Record<GroupName, string> = {
  rejected: "rejected",
  ending: "ending or ended",
  trouble: "not rotated or revoked",
  done: "rotated or revoked",
};

/** One: its title. More: "Credentials: 1 rejected, 3 ending or ended". */
function subjectOf(told: readonly Told[]): string {
  const [only] = told;
  if (told.length === 1 && only) return only.title.slice(0, 150);
  const counts = groupNames.map((group) => ({
    group,
    count: told.filter((one) => rank(one) === rankOf(group)).length,
  }));
  const named = counts.filter(({ count }) => count > 0).map(({ group, count }) => `${count} ${counted[group]}`);
  return `Credentials: ${named.join(", ")}`;
}

function rank({ event }: Told): number {
  return rankOf(groupOf(event as EventName));
}

function rankOf(group: GroupName): number {
  return groupNames.indexOf(group);
}

/** Nothing from outside ends a line of the head or of the text. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
