import { describe, expect, it } from "vitest";
import { checkBaseUrlAddress, isAddressAllowed, judgeAddress, parseNetworks } from "./networks";

const everything = ["0.0.0.0/0", "::/0"];

describe("addresses", () => {
  it.each([
    "1.1.1.1",
    "140.82.121.3",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "2606:4700::1111",
    "2a04:4e42::1",
  ])("%s is public", (address) => {
    expect(isAddressAllowed(address, [])).toBe(true);
  });

  it.each([
    ["127.0.0.1", "loopback"],
    ["127.255.255.255", "loopback"],
    ["::1", "loopback"],
    ["10.0.0.1", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.0.1", "private"],
    ["100.64.0.1", "private"],
    ["169.254.1.1", "link-local"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["fc00::1", "private"],
    ["fd12:3456::1", "private"],
    ["fec0::1", "private"],
    ["192.0.2.1", "reserved"],
    ["198.18.0.1", "reserved"],
    ["203.0.113.1", "reserved"],
    ["240.0.0.1", "reserved"],
    ["2001:db8::1", "reserved"],
    ["2001:20::1", "reserved"],
    ["3fff::1", "reserved"],
    ["4000::1", "reserved"],
    ["100::1", "reserved"],
    ["5f00::1", "reserved"],
  ])("%s is not allowed, and may be made so by listing its network", (address, network) => {
    expect(judgeAddress(address, [])).toMatchObject({
      allowed: false,
      never: false,
      network: expect.stringContaining(network),
    });
    expect(isAddressAllowed(address, everything)).toBe(true);
  });

  it.each([
    "169.254.169.254",
    "169.254.170.2",
    "169.254.170.23",
    "169.254.169.253",
    "169.254.42.42",
    "169.254.0.23",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd00:ec2:0:0::254",
    "fd00:ec2::23",
    "fd20:ce::254",
    "fd00:c1::a9fe:a9fe",
    "fe80::a9fe:a9fe%1",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "::a9fe:a9fe",
    "::ffff:0:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::100.100.100.200",
    "2002:a9fe:a9fe::1",
    "2001:0:a9fe:a9fe::1",
    "2001:0:101:101:0:0:5601:5601",
  ])("%s serves a cloud's metadata and is never allowed", (address) => {
    expect(judgeAddress(address, everything)).toMatchObject({ allowed: false, never: true });
    expect(isAddressAllowed(address, [`${address.replace(/%.*/, "")}/128`, "169.254.0.0/16"].slice(1))).toBe(false);
  });

  it.each(["0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "239.255.255.255", "ff02::1", "255.255.255.255", "::ffff:0.0.0.0"])(
    "%s is no single machine and is never allowed",
    (address) => {
      expect(judgeAddress(address, everything)).toMatchObject({ allowed: false, never: true });
    },
  );

  it.each([
    ["::ffff:10.0.0.1", ["10.0.0.0/8"]],
    ["::ffff:7f00:1", ["127.0.0.0/8"]],
    ["::10.0.0.1", ["10.0.0.0/8"]],
    ["64:ff9b::10.0.0.1", ["10.0.0.0/8"]],
    ["2002:a00:1::1", ["10.0.0.0/8"]],
  ])("%s is judged by the address inside", (address, networks) => {
    expect(isAddressAllowed(address, [])).toBe(false);
    expect(isAddressAllowed(address, ["::/0"])).toBe(false);
    expect(isAddressAllowed(address, networks)).toBe(true);
  });

  it("a carried public address is public, but a translation whose inside cannot be told never", () => {
    for (const address of ["::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::1"]) {
      expect(isAddressAllowed(address, [])).toBe(true);
    }
    expect(isAddressAllowed("64:ff9b:1::1.1.1.1", everything)).toBe(false);
  });

  it.each(["", "localhost", "2130706433", "0x7f.1", "127.1", "1.1.1.1 ", "1.1.1.1/8", "[", "::g", "1.1.1.256"])(
    "%j is no address and never allowed",
    (address) => {
      expect(isAddressAllowed(address, everything)).toBe(false);
    },
  );

  it("a listed network allows itself and not its neighbour", () => {
    expect(isAddressAllowed("10.1.2.3", ["10.1.2.0/30"])).toBe(true);
    expect(isAddressAllowed("10.1.2.4", ["10.1.2.0/30"])).toBe(false);
    expect(isAddressAllowed("fd12:3456::1", ["10.0.0.0/8", "fd12:3456::/32"])).toBe(true);
    expect(isAddressAllowed("fd12:3457::1", ["fd12:3456::/32"])).toBe(false);
  });
});

describe("parseNetworks", () => {
  it.each([
    ["", []],
    [" , ", []],
    ["10.0.0.0/8", ["10.0.0.0/8"]],
    [" 10.0.0.0/8 , fd00::/8,192.168.1.7 ", ["10.0.0.0/8", "fd00::/8", "192.168.1.7/32"]],
    ["::1", ["::1/128"]],
    ["FD00:0:0::/8", ["fd00::/8"]],
    ["0.0.0.0/0", ["0.0.0.0/0"]],
  ])("reads %j", (text, networks) => {
    expect(parseNetworks(text)).toEqual(networks);
  });

  it.each([
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "10.0.0.0/8 192.168.0.0/16",
    "10/8",
    "0x0a.0.0.0/8",
    "010.0.0.0/8",
    "git.example.com",
    "fe80::1%eth0/64",
    "::ffff:10.0.0.0/104",
    "/8",
  ])("says what is wrong with %j", (text) => {
    expect(parseNetworks(`192.168.0.0/16,${text}`)).toMatch(/^"[^"]+" is .*\.$/);
  });
});

describe("checkBaseUrlAddress", () => {
  it.each([
    "https://git.example.com",
    "https://1.1.1.1",
    "https://[2606:4700::1111]:8443/git",
    "https://localhost.example.com",
  ])("%s may be saved", (url) => {
    expect(checkBaseUrlAddress(new URL(url), [])).toBeNull();
  });

  it.each([
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "127。0。0。1",
    "localhost",
    "a.localhost",
    "[::1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.1.2.3]",
    "10.1.2.3",
    "0xa010203",
    "[64:ff9b::10.1.2.3]",
  ])("http://%s may not, and the setting is named; it may once the network is listed", (host) => {
    const url = new URL(`http://${host}/`);
    expect(checkBaseUrlAddress(url, [])).toMatch(/FORGEPASS_ALLOWED_NETWORKS\.$/);
    expect(checkBaseUrlAddress(url, ["127.0.0.0/8", "::1/128", "10.0.0.0/8"])).toBeNull();
  });

  it.each([
    "169.254.169.254",
    "2852039166",
    "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]",
    "0.0.0.0",
    "0",
    "[::]",
    "localhost.",
    "git.example.com.",
  ])("http://%s may not, whatever is listed", (host) => {
    expect(checkBaseUrlAddress(new URL(`http://${host}/`), everything)).toMatch(/\.$/);
  });
});
