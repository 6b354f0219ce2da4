import { describe, expect, it } from "vitest";
import { adapterFor } from "../hosts/registry";
import { normaliseBaseUrl } from "./base-url";

async function normalise(typed: string, allowed: string[] = [], kind = "gitlab") {
  const adapter = adapterFor(kind);
  if (!adapter) throw new Error(kind);
  return await normaliseBaseUrl(adapter, typed, allowed);
}

const mine = ["10.0.0.0/8", "127.0.0.0/8", "::1/128"];

describe("an address is stored in one spelling", () => {
  it.each([
    ["git.example.com", "https://git.example.com"],
    ["  https://git.example.com/  ", "https://git.example.com"],
    ["HTTPS://GIT.Example.COM", "https://git.example.com"],
    ["https://git.example.com:443", "https://git.example.com"],
    ["https://git.example.com:8443/", "https://git.example.com:8443"],
    ["git.example.com:8443", "https://git.example.com:8443"],
    ["https://git.example.com.", "https://git.example.com"],
    ["https://git.example.com/gitlab/", "https://git.example.com/gitlab"],
    ["https://git.example.com/Tools/git", "https://git.example.com/Tools/git"],
    ["https://git.example.com/a/../gitlab", "https://git.example.com/gitlab"],
    ["https://bücher.example", "https://xn--bcher-kva.example"],
    ["https://ＧＩＴ.example.com", "https://git.example.com"],
    ["https://192.0.2.7", null],
    ["https://8.8.8.8", "https://8.8.8.8"],
    ["https://0x08080808", "https://8.8.8.8"],
    ["https://134744072", "https://8.8.8.8"],
    ["https://[2606:4700::0:1111]", "https://[2606:4700::1111]"],
  ])("%j → %j", async (typed, url) => {
    expect(await normalise(typed)).toMatchObject(url === null ? { ok: false } : { ok: true, url });
  });

  it.each([
    ["github", "https://api.github.com/", "https://github.com"],
    ["github", "http://www.github.com/settings/tokens", "https://github.com"],
    ["github", "octocorp.ghe.com", "https://octocorp.ghe.com"],
    ["github", "https://ghe.example.com/api/v3", "https://ghe.example.com"],
    ["gitlab", "http://gitlab.com/", "https://gitlab.com"],
    ["gitlab", "https://git.example.com/gitlab/-/profile", "https://git.example.com/gitlab"],
  ])("%s: %s → %s", async (kind, typed, url) => {
    expect(await normalise(typed, [], kind)).toEqual({ ok: true, url });
  });

  it("and again gives the same", async () => {
    for (const typed of ["https://bücher.example:8443/x/", "https://[2606:4700::1111]:444", "git.example.com."]) {
      const first = await normalise(typed);
      expect(first.ok && (await normalise(first.url))).toEqual(first);
    }
  });
});

describe("an address is refused with what to do", () => {
  it.each([
    ["", /Enter the address/],
    ["   ", /Enter the address/],
    ["https://", /not an address|no host name/],
    ["https://.", /not an address|no host name/],
    ["https://..", /not an address|no host name/],
    ["ssh://git@git.example.com/x.git", /begins with https/],
    ["ftp://git.example.com", /begins with https/],
    ["file:///etc/passwd", /begins with https/],
    ["javascript:alert(1)", /not an address/],
    ["javascript://git.example.com/%0aalert(1)", /begins with https/],
    ["git@git.example.com:group/repo.git", /user name|not an address/],
    ["https://alice:hunter2@git.example.com", /user name and password/],
    ["https://@git.example.com", /user name and password/],
    ["https://git.example.com?x=1", /from \? or # on/],
    ["https://git.example.com/?", /from \? or # on/],
    ["https://git.example.com/#readme", /from \? or # on/],
    ["https://git.example.com/a b", /spaces/],
    ["https://git.example.com\\@evil.example.com", /backslashes/],
    ["https://git.example.com\u0000", /spaces, line breaks/],
    ["https://git.example.com\nX: y", /spaces, line breaks/],
    ["https://git.example.com/%2e%2e%2fx", /path may hold only/],
    ["https://git.example.com/<script>", /path may hold only/],
    ["https://git.example.com//x", /path may hold only/],
    ["https://git.example.com:0", /Port 0/],
    ["https://git.example.com:70000", /not an address/],
    ["https://git_.exa mple", /spaces/],
    ["https://xn--a.example\u00ad\u200b/", /not an address|spaces|path/],
  ])("%j", async (typed, sentence) => {
    const answer = await normalise(typed);
    expect(answer).toMatchObject({ ok: false, message: expect.stringMatching(sentence) });
    expect(JSON.stringify(answer)).not.toContain("hunter2");
  });
});

describe("an address in a network of one's own", () => {
  it.each([
    "https://127.0.0.1",
    "https://2130706433",
    "https://0x7f.1",
    "https://0177.0.0.1",
    "https://127.1",
    "https://localhost",
    "https://LOCALHOST.",
    "https://git.localhost",
    "https://[::1]",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[64:ff9b::7f00:1]",
    "https://[2002:7f00:1::]",
    "https://10.1.2.3",
    "https://192.168.1.1:8443",
    "https://172.16.0.1",
    "https://100.64.0.1",
    "https://[fd00::1]",
    "https://[fe80::1]",
    "https://169.254.1.1",
  ])("is refused, naming the setting: %s", async (typed) => {
    const sentence = /FORGEPASS_ALLOWED_NETWORKS/;
    expect(await normalise(typed)).toMatchObject({ ok: false, message: expect.stringMatching(sentence) });
  });

  it.each([
    ["https://10.1.2.3", "https://10.1.2.3"],
    ["https://localhost:8443", "https://localhost:8443"],
    ["https://127.1", "https://127.0.0.1"],
    ["https://[::1]", "https://[::1]"],
  ])("is taken when the network is allowed: %s", async (typed, url) => {
    expect(await normalise(typed, mine)).toEqual({ ok: true, url });
  });
});

describe("what is never contacted is refused, whatever is allowed", () => {
  const everything = ["0.0.0.0/0", "::/0", ...mine];
  it.each([
    "https://169.254.169.254",
    "https://2852039166",
    "https://0xa9fea9fe",
    "https://0251.0376.0251.0376",
    "https://[::ffff:a9fe:a9fe]",
    "https://[64:ff9b::a9fe:a9fe]",
    "https://[2002:a9fe:a9fe::]",
    "https://[fd00:ec2::254]",
    "https://100.100.100.200",
    "https://168.63.129.16",
    "https://0.0.0.0",
    "https://0",
    "https://[::]",
    "https://224.0.0.1",
    "https://255.255.255.255",
  ])("%s", async (typed) => {
    expect(await normalise(typed, everything)).toMatchObject({ ok: false, message: expect.stringMatching(/never/) });
  });
});

describe("plain http", () => {
  it.each(["http://127.0.0.1:8080", "http://localhost:8080", "http://10.1.2.3", "http://[::1]"])(
    "is taken within allowed networks: %s",
    async (typed) => {
      expect(await normalise(typed, mine)).toEqual({ ok: true, url: typed });
    },
  );

  it.each(["http://8.8.8.8", "http://[2606:4700::1111]", "http://no-such-name.invalid"])(
    "is refused elsewhere, with why: %s",
    async (typed) => {
      expect(await normalise(typed, mine)).toMatchObject({ ok: false, message: expect.stringMatching(/plain http/) });
    },
  );
});
