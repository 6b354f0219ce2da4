import type { Guide, GuideRequest, GuideStep } from "../adapter";
import { keysPage, placeOf } from "./base-url";

/**
 * How to make a key in AWS's console. A key has no permissions of its own: it may do what the policies of its IAM user
 * allow, so the actions belong into a policy, together with what lets the key be checked.
 */
export function guideAws(request: GuideRequest): Guide {
  const page = keysPage(placeOf(request.baseUrl));
  const isTemporary = request.type === "temporary-key";
  return {
    steps: isTemporary ? temporarySteps(request) : keySteps(request),
    // Temporary keys are not made on the console's pages.
    tokenPage: isTemporary ? null : { url: page, prefilled: [] },
    managePage: page,
    removal: isTemporary
      ? "It ends by itself within hours. To stop it sooner, take the permissions from its user or role."
      : "Under Access keys in the user's security credentials, deactivate the key, see that nothing misses it, then delete it.",
  };
}

/** What a key needs to be asked about itself; everything works without, but is then not known. */
export const selfCheckActions: readonly string[] = [
  "iam:SimulatePrincipalPolicy",
  "iam:ListAccessKeys",
  "iam:GetAccessKeyLastUsed",
];

function keySteps({ tokenName, scopes, expiresInDays }: GuideRequest): GuideStep[] {
  return [
    {
      part: "open",
      text: "Sign in to the AWS console as the IAM user whose key it is to be, not as root, and open its security credentials.",
    },
    allowStep(scopes),
    selfCheckStep,
    {
      part: "text",
      text: "Choose Create access key. A user may have two, inactive ones counted: if there are two, delete one first, or use another user.",
    },
    {
      part: "text",
      text: `Describe it as ${tokenName}. AWS ends no key by itself: plan to replace it after ${days(expiresInDays)}.`,
    },
    { part: "paste", text: "Paste its ID and its secret access key here. AWS shows the secret only once." },
  ];
}

function temporarySteps({ scopes }: GuideRequest): GuideStep[] {
  return [
    {
      part: "text",
      text: "A temporary key ends within hours, and everything that uses it stops then. Prefer an access key.",
    },
    allowStep(scopes),
    selfCheckStep,
    {
      part: "open",
      text: "Have AWS STS make a key: with aws sts get-session-token, or from the access portal of your company.",
    },
    { part: "paste", text: "Paste its ID, its secret access key and its session token here." },
  ];
}

function allowStep(scopes: readonly string[]): GuideStep {
  return scopes.length > 0
    ? { part: "scopes", text: "Give the user a policy that allows these actions on the repositories that it is for:" }
    : {
        part: "text",
        text: "Give the user a policy that allows what your tools need on the repositories that it is for.",
      };
}

const selfCheckStep: GuideStep = {
  part: "text",
  text: `Allow it these on itself too (arn:aws:iam::*:user/\${aws:username}), so that its permissions and age can be checked: ${selfCheckActions.join(", ")}.`,
};

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}
