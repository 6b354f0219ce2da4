import { describe, expect, it } from "vitest";
import { mintLong, mintShort } from "../simulators/azure-devops-tokens";
import { madeIn, recogniseServer, recogniseServices } from "./recognise";

/** Microsoft's published sample, and one made for fixtures. */
const samples = [
  "dip55dwf4vpitomw63jzvomefmi2jluguprzwwqwuc6xq4fhocwq",
  "aquidxazm24kb42okob2xjnyxey47icj2f5adi36xctxzbm3sxna",
];

describe("recognising a token", () => {
  it.each([...samples, mintShort(), mintShort(undefined, 0x1019f92e)])("%s has a good checksum", (token) => {
    const expected = { type: "pat", confidence: "certain", prefix: "", checksum: "good" };
    expect(recogniseServices(token)).toEqual(expected);
    expect(recogniseServer(token)).toEqual(expected);
  });

  it("calls a mistyped one damaged on Services, and says nothing of it on servers, which may make none", () => {
    for (const sample of samples) {
      const mistyped = `${sample.startsWith("e") ? "f" : "e"}${sample.slice(1)}`;
      expect(recogniseServices(mistyped)).toMatchObject({ confidence: "likely", checksum: "bad" });
      expect(recogniseServer(mistyped)).toMatchObject({ confidence: "likely", checksum: "none" });
    }
  });

  it.each([mintLong(), `${"a".repeat(52)}JQQJ77${"b".repeat(15)}AASAZDO0a1B`])(
    "knows the long form, of which the checksum is not published: %s",
    (token) => {
      expect(token).toHaveLength(84);
      for (const recognise of [recogniseServices, recogniseServer]) {
        expect(recognise(token)).toMatchObject({ confidence: "certain", checksum: "none" });
      }
    },
  );

  it.each([
    "",
    samples[0]?.slice(1) ?? "",
    `${samples[0]}a`,
    samples[0]?.toUpperCase() ?? "",
    `${"a".repeat(51)}1`,
    `${"a".repeat(77)}AZDO${"b".repeat(3)}`,
    `${"a".repeat(75)}-AZDO${"b".repeat(4)}`,
    "0123456789".repeat(5),
  ])("does not know %j", (text) => {
    expect(recogniseServices(text)).toBeNull();
    expect(recogniseServer(text)).toBeNull();
  });
});

describe("the month in which a token was made", () => {
  const now = new Date("2026-11-22T00:00:00Z");

  it.each(["2024-07", "2025-01", "2026-03", "2026-11"])("%s shows", (month) => {
    expect(madeIn(mintLong(new Date(`${month}-15T12:00:00Z`)), now)).toBe(month);
  });

  it("does not show in the short form, in another's letters, or when it is yet to come", () => {
    expect(madeIn(mintShort(), now)).toBeNull();
    expect(madeIn(`${"a".repeat(52)}JQQJ77${"b".repeat(15)}AASAZDO0a1B`, now)).toBeNull();
    expect(madeIn(mintLong(new Date("2027-01-15T12:00:00Z")), now)).toBeNull();
  });
});
