import { describe, expect, it } from "vitest";
import { clientAddress } from "./client-address";

const proxies = ["10.0.0.0/8", "fd00::/8"];

describe("the address that a request comes from", () => {
  it.each([
    ["the socket's, without proxies", "198.51.100.7", undefined, "198.51.100.7"],
    ["the socket's, whatever an untrusted client claims", "198.51.100.7", "203.0.113.1", "198.51.100.7"],
    ["the header's, from a trusted proxy", "10.1.2.3", "203.0.113.1", "203.0.113.1"],
    [
      "the right-most untrusted one, not what the client wrote before",
      "10.1.2.3",
      "1.1.1.1, 203.0.113.1, 10.9.9.9",
      "203.0.113.1",
    ],
    ["IPv4 in IPv6's clothes as IPv4", "::ffff:10.1.2.3", "::ffff:203.0.113.1", "203.0.113.1"],
    ["IPv6", "fd00::1", "2001:db8::1", "2001:db8::1"],
    ["the proxy's, when it says nothing", "10.1.2.3", undefined, "10.1.2.3"],
    ["the proxy's, when it says nonsense", "10.1.2.3", "203.0.113.1, <script>", "10.1.2.3"],
  ])("is %s", (_, socket, forwarded, expected) => {
    expect(clientAddress(socket, forwarded, proxies)).toBe(expected);
  });

  it("is null when the socket is gone", () => {
    expect(clientAddress(undefined, "203.0.113.1", proxies)).toBeNull();
  });
});
