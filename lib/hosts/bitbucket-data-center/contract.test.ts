import { describe } from "vitest";
import { describeAdapterContract } from "../contract";
import { bitbucketDataCenterContract, contractFor } from "../simulators/bitbucket-data-center";

describeAdapterContract(bitbucketDataCenterContract);

describe("on a Bitbucket where tokens read themselves, and who is unknown is anybody", () => {
  describeAdapterContract(contractFor({ tokensReadThemselves: true, unknownGets: "anonymous", dates: "string" }));
});

describe("with passwords", () => {
  describeAdapterContract(contractFor({ version: "7.21.0" }, "password"));
});
