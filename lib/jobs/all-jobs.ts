import { checkCredentials } from "../credentials/check-due";
import { mailJob } from "../mail/send-due";
import { remindJob } from "../notifications/remind";
import { confirmRevocations } from "../revocations/confirm-revocations";
import { rotationsJob } from "../rotations/run-rotations";
import { deliverWebhooks } from "../webhooks/deliver";
import type { Job } from "./job";

/** Every kind of background work, in the order in which admins read them. */
export const jobs: readonly Job[] = [
  checkCredentials,
  rotationsJob,
  remindJob,
  mailJob,
  confirmRevocations,
  deliverWebhooks,
];
