import { expect, it } from "vitest";
import { describeAdapterContract } from "./contract";
import { kinds } from "./registry";
import { githubContract } from "./simulators/github";
import { gitlabContract } from "./simulators/gitlab";

const subjects = [githubContract, gitlabContract];

it("every registered kind has a simulator to pass the contract against", () => {
  expect(subjects.map(({ adapter }) => adapter.kind)).toEqual(kinds);
});

for (const subject of subjects) describeAdapterContract(subject);
