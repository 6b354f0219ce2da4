import { describe, expect, it } from "vitest";
import type { GuideRequest } from "../adapter";
import { guideAws, selfCheckActions } from "./guide";

const request: GuideRequest = {
  baseUrl: "https://git-codecommit.eu-west-1.amazonaws.com",
  type: "access-key",
  scopes: ["codecommit:CreateBranch", "codecommit:CreatePullRequest"],
  tokenName: "Forgepass",
  expiresInDays: 90,
};

describe("guideAws", () => {
  it("leads through the policy, the limit of two and the secret that is shown once", () => {
    const { steps } = guideAws(request);
    expect(steps.map(({ part }) => part)).toEqual(["open", "scopes", "text", "text", "text", "paste"]);
    const text = steps.map((step) => step.text).join("\n");
    expect(text).toMatch(/not as root/);
    expect(text).toMatch(/may have two, inactive ones counted/);
    expect(text).toMatch(/after 90 days/);
    expect(text).toMatch(/shows the secret only once/);
    for (const action of selfCheckActions) expect(text).toContain(action);
  });

  it("lists no actions where none are needed", () => {
    expect(guideAws({ ...request, scopes: [] }).steps.map(({ part }) => part)).not.toContain("scopes");
  });

  it("asks for all three parts of a temporary key, and advises against it", () => {
    const { steps, tokenPage, removal } = guideAws({ ...request, type: "temporary-key" });
    expect(removal).toMatch(/ends by itself/);
    expect(tokenPage).toBeNull();
    expect(steps.at(-1)).toMatchObject({
      part: "paste",
      text: expect.stringMatching(/ID, its secret .* session token/),
    });
    expect(steps[0]?.text).toMatch(/ends within hours/);
  });

  it.each([
    ["https://git-codecommit.eu-west-1.amazonaws.com", "https://us-east-1.console.aws.amazon.com"],
    ["https://git-codecommit.cn-north-1.amazonaws.com.cn", "https://cn-north-1.console.amazonaws.cn"],
    ["https://git-codecommit.us-gov-east-1.amazonaws.com", "https://us-gov-west-1.console.amazonaws-us-gov.com"],
  ])("%s has its console at %s", (baseUrl, origin) => {
    const { tokenPage, managePage } = guideAws({ ...request, baseUrl });
    expect(managePage).toBe(`${origin}/iam/home#/security_credentials`);
    expect(tokenPage).toEqual({ url: managePage, prefilled: [] });
  });
});
