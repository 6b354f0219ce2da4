import { describe, expect, it } from "vitest";
import { compose } from "./compose";

const url = "https://portal.example.com";
const hostile = `<img src=x onerror="alert(1)">&"'\r\nBcc: eve@example.com\r\n\r\n\u2028body`;

function told(more: Partial<Parameters<typeof compose>[0][number]> = {}) {
  return {
    event: "credential.ending",
    title: "One ends",
    body: "Do it.",
    href: "/settings/credentials?q=a&b#c",
    ...more,
  };
}

describe("a mail", () => {
  it("shows what came from outside as text, on one line", () => {
    const one = told({ title: hostile, body: hostile, href: `/x?q="><script>` });
    const { subject, text, html } = compose([one], { name: hostile }, url);
    expect(subject).not.toMatch(/[\r\n\u2028]/);
    expect(text).not.toMatch(/^Bcc/m);
    expect(html).not.toMatch(/<img|<script|onerror="/);
    expect(html.match(/&#60;img/g)).toHaveLength(4);
  });

  it("begins with what is worst", () => {
    const events = ["credential.rotated", "credential.still-alive", "credential.ended", "credential.rejected"];
    const { subject, text } = compose(
      events.map((event) => told({ event, title: event })),
      { name: "Alice" },
      url,
    );
    expect([...text.matchAll(/^credential\.\S+/gm)].map(([event]) => event)).toEqual(events.toReversed());
    expect(subject).toBe("Credentials: 1 rejected, 1 ending or ended, 1 not rotated or revoked, 1 rotated or revoked");
  });

  it("says the same in text and in HTML, with whole links into the portal", () => {
    const { text, html } = compose([told()], { name: "Alice" }, url);
    for (const said of ["Hello Alice,", "One ends", "Do it."]) {
      expect(text).toContain(said);
      expect(html).toContain(said);
    }
    expect(text).toContain(`${url}/settings/credentials?q=a&b#c`);
    expect(html).toContain(`href="${url}/settings/credentials?q=a&#38;b#c"`);
    expect([...html.matchAll(/href="([^"]*)"/g)].every(([, href]) => href?.startsWith(url))).toBe(true);
  });

  it("stays of a size that can be read, and says how many more there are", () => {
    const many = Array.from({ length: 60 }, (_, n) => told({ title: `Number ${n}.` }));
    const { text, html } = compose(many, { name: "Alice" }, url);
    expect(text.match(/^Number/gm)).toHaveLength(50);
    expect(text).toContain(`10 more are in the portal: ${url}/notifications`);
    expect(html).toContain("10 more are in the portal");
  });
});
