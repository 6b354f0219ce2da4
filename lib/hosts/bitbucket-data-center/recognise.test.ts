import { describe, expect, it } from "vitest";
import { mintToken } from "../simulators/bitbucket-data-center-tokens";
import { readTokenId, recogniseBitbucketDataCenter } from "./recognise";

/** From Atlassian's description of the API (9.4), whose example names this id. */
const published = "MjUyOTczNTE1MDY5On2rDbID2EgYpH8AVOECHv0saruQ";

describe("recognition", () => {
  it("reads the id in a token, as Atlassian's own example has it", () => {
    expect(readTokenId(published)).toBe("252973515069");
    expect(readTokenId("MTM5NDkzNDI3MTgzOrTObCIIEXN0tpQYAc4bhG+RUqwz")).toBe("139493427183");
  });

  it("keeps an id's leading zeros", () => {
    for (const isPrefixed of [true, false]) {
      expect(readTokenId(mintToken("080920112506", isPrefixed))).toBe("080920112506");
    }
  });

  it("is certain of the prefix, and supposes a token without it", () => {
    const mayBe = ["project-token", "repository-token"];
    expect(recogniseBitbucketDataCenter(`BBDC-${published}`)).toEqual({
      type: "http-access-token",
      confidence: "certain",
      mayBe,
      prefix: "BBDC-",
      checksum: "none",
    });
    expect(recogniseBitbucketDataCenter(published)).toMatchObject({ confidence: "likely", mayBe, prefix: "" });
  });

  it("recognises every token that the server mints", () => {
    for (let round = 0; round < 200; round++) {
      const token = mintToken(String(round).padStart(12, "0"), round % 2 === 0);
      expect(recogniseBitbucketDataCenter(token)?.checksum, token).toBe("none");
    }
  });

  it.each(["BBDC-", `BBDC-${published.slice(1)}`, `BBDC-${published}A`, `BBDC-${"A".repeat(44)}`])(
    "warns of %s, and does not refuse it",
    (token) => {
      expect(recogniseBitbucketDataCenter(token)).toMatchObject({ confidence: "certain", checksum: "bad" });
    },
  );

  it.each(["A".repeat(44), published.slice(1), `${published}=`, "ghp_".padEnd(44, "a"), "", "bbdc-"])(
    "does not know %j",
    (token) => {
      expect(recogniseBitbucketDataCenter(token)).toBeNull();
      expect(readTokenId(token)).toBeNull();
    },
  );
});
