-- CreateEnum
CREATE TYPE "TeamRole" AS ENUM ('MEMBER', 'MAINTAINER');

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "digestedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "CodeHost" ADD COLUMN     "forbiddenTypes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "globalUse" TEXT NOT NULL DEFAULT 'may',
ADD COLUMN     "pauseReason" TEXT,
ADD COLUMN     "pausedUntil" TIMESTAMPTZ(3),
ADD COLUMN     "troubles" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Credential" ADD COLUMN     "doubtedAt" TIMESTAMPTZ(3),
ADD COLUMN     "enteredAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "hostLastUsedAt" TIMESTAMPTZ(3),
ADD COLUMN     "hostLastUsedKnown" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "lastUsedById" UUID,
ADD COLUMN     "nextCheckAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "overlapDays" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "rejectedAt" TIMESTAMPTZ(3),
ADD COLUMN     "remindedAs" TEXT,
ADD COLUMN     "rotateDays" INTEGER,
ADD COLUMN     "teamId" UUID;

-- CreateTable
CREATE TABLE "Team" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TeamMember" (
    "teamId" UUID NOT NULL,
    "userId" UUID NOT NULL,
    "role" "TeamRole" NOT NULL DEFAULT 'MEMBER',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TeamMember_pkey" PRIMARY KEY ("teamId","userId")
);

-- CreateTable
CREATE TABLE "SiteSettings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "checkEveryHours" INTEGER NOT NULL DEFAULT 24,
    "staleAfterDays" INTEGER DEFAULT 90,
    "maxLifetimeDays" INTEGER,
    "requireExpiry" BOOLEAN NOT NULL DEFAULT false,
    "forbidExcess" BOOLEAN NOT NULL DEFAULT false,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SiteSettings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "JobRun" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "job" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "detail" TEXT NOT NULL DEFAULT '',
    "times" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "JobRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MailSettings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "host" TEXT NOT NULL,
    "port" INTEGER NOT NULL,
    "security" TEXT NOT NULL,
    "username" TEXT NOT NULL DEFAULT '',
    "sealedPassword" TEXT,
    "kid" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "fromAddress" TEXT NOT NULL,
    "sentAt" TIMESTAMPTZ(3),
    "troubles" INTEGER NOT NULL DEFAULT 0,
    "trouble" TEXT,
    "retryAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MailSettings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Notification" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "userId" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "credentialId" UUID,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "href" TEXT NOT NULL,
    "dedupeKey" TEXT NOT NULL,
    "inPortal" BOOLEAN NOT NULL DEFAULT true,
    "mail" TEXT NOT NULL DEFAULT 'no',
    "mailedAt" TIMESTAMPTZ(3),
    "readAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "NotificationChoice" (
    "userId" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "inPortal" BOOLEAN NOT NULL,
    "byMail" BOOLEAN NOT NULL,

    CONSTRAINT "NotificationChoice_pkey" PRIMARY KEY ("userId","event","scope")
);

-- CreateTable
CREATE TABLE "Webhook" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "events" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "webhookId" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastStatus" INTEGER,
    "lastError" TEXT,
    "deliveredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CalendarFeed" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "userId" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "teamId" UUID,
    "tokenHash" TEXT NOT NULL,
    "lastReadAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "CalendarFeed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Revocation" (
    "id" UUID NOT NULL,
    "credentialId" UUID NOT NULL,
    "codeHostId" UUID,
    "hostName" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "ownerId" UUID,
    "teamId" UUID,
    "ownerLabel" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "tokenLabel" TEXT NOT NULL,
    "accountLogin" TEXT,
    "state" TEXT NOT NULL,
    "hostStatus" INTEGER,
    "hostSaid" TEXT,
    "detail" TEXT,
    "page" TEXT,
    "sealed" TEXT,
    "sealedFields" TEXT,
    "fields" JSONB NOT NULL DEFAULT '{}',
    "kid" TEXT,
    "sealedFor" TEXT NOT NULL,
    "requestedById" UUID,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "nextCheckAt" TIMESTAMPTZ(3),
    "checkedAt" TIMESTAMPTZ(3),
    "deadAt" TIMESTAMPTZ(3),

    CONSTRAINT "Revocation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Rotation" (
    "id" UUID NOT NULL,
    "credentialId" UUID NOT NULL,
    "fromVersion" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "startedById" UUID,
    "sealed" TEXT,
    "sealedFields" TEXT,
    "kid" TEXT,
    "successor" JSONB,
    "oldSealed" TEXT,
    "oldSealedFields" TEXT,
    "oldFields" JSONB,
    "retireAt" TIMESTAMPTZ(3),
    "sealedFor" TEXT NOT NULL,
    "detail" TEXT,
    "hostSaid" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "answeredAt" TIMESTAMPTZ(3),
    "storedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "claimedUntil" TIMESTAMPTZ(3),

    CONSTRAINT "Rotation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "JobRun_startedAt_id_idx" ON "JobRun"("startedAt", "id");

-- CreateIndex
CREATE INDEX "JobRun_job_startedAt_idx" ON "JobRun"("job", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Team_name_key" ON "Team"("name");

-- CreateIndex
CREATE INDEX "TeamMember_userId_idx" ON "TeamMember"("userId");

-- CreateIndex
CREATE INDEX "Notification_userId_createdAt_id_idx" ON "Notification"("userId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Notification_mail_createdAt_idx" ON "Notification"("mail", "createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Notification_userId_dedupeKey_key" ON "Notification"("userId", "dedupeKey");

-- CreateIndex
CREATE UNIQUE INDEX "Webhook_name_key" ON "Webhook"("name");

-- CreateIndex
CREATE INDEX "WebhookDelivery_webhookId_createdAt_id_idx" ON "WebhookDelivery"("webhookId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "WebhookDelivery_state_nextAttemptAt_idx" ON "WebhookDelivery"("state", "nextAttemptAt");

-- CreateIndex
CREATE UNIQUE INDEX "CalendarFeed_tokenHash_key" ON "CalendarFeed"("tokenHash");

-- CreateIndex
CREATE INDEX "CalendarFeed_userId_createdAt_idx" ON "CalendarFeed"("userId", "createdAt");

-- CreateIndex
CREATE INDEX "Revocation_requestedAt_id_idx" ON "Revocation"("requestedAt", "id");

-- CreateIndex
CREATE INDEX "Revocation_state_nextCheckAt_idx" ON "Revocation"("state", "nextCheckAt");

-- CreateIndex
CREATE INDEX "Revocation_teamId_requestedAt_idx" ON "Revocation"("teamId", "requestedAt");

-- CreateIndex
CREATE INDEX "Revocation_ownerId_requestedAt_idx" ON "Revocation"("ownerId", "requestedAt");

-- CreateIndex
CREATE INDEX "Rotation_credentialId_startedAt_idx" ON "Rotation"("credentialId", "startedAt");

-- CreateIndex
CREATE INDEX "Rotation_state_retireAt_idx" ON "Rotation"("state", "retireAt");

-- CreateIndex
CREATE INDEX "Credential_teamId_codeHostId_idx" ON "Credential"("teamId", "codeHostId");

-- CreateIndex
CREATE INDEX "Credential_codeHostId_nextCheckAt_idx" ON "Credential"("codeHostId", "nextCheckAt");

-- CreateIndex
CREATE INDEX "Credential_expiresAt_idx" ON "Credential"("expiresAt");

-- AddForeignKey
ALTER TABLE "TeamMember" ADD CONSTRAINT "TeamMember_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TeamMember" ADD CONSTRAINT "TeamMember_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_lastUsedById_fkey" FOREIGN KEY ("lastUsedById") REFERENCES "Consumer"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "NotificationChoice" ADD CONSTRAINT "NotificationChoice_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_webhookId_fkey" FOREIGN KEY ("webhookId") REFERENCES "Webhook"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CalendarFeed" ADD CONSTRAINT "CalendarFeed_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CalendarFeed" ADD CONSTRAINT "CalendarFeed_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Rotation" ADD CONSTRAINT "Rotation_credentialId_fkey" FOREIGN KEY ("credentialId") REFERENCES "Credential"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema cannot say.
DROP INDEX "Credential_codeHostId_ownerId_key";
CREATE UNIQUE INDEX "Credential_codeHostId_owner_key" ON "Credential"("codeHostId", "ownerId", "teamId") NULLS NOT DISTINCT;
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_one_owner" CHECK ("ownerId" IS NULL OR "teamId" IS NULL);
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_rotateDays_check" CHECK ("rotateDays" BETWEEN 1 AND 365);
ALTER TABLE "Credential" ADD CONSTRAINT "Credential_overlapDays_check" CHECK ("overlapDays" BETWEEN 0 AND 30);
ALTER TABLE "Team" ADD CONSTRAINT "Team_name_check" CHECK ("name" <> '');
ALTER TABLE "CodeHost" ADD CONSTRAINT "CodeHost_globalUse_known" CHECK ("globalUse" IN ('may', 'must', 'must-not'));
ALTER TABLE "SiteSettings" ADD CONSTRAINT "SiteSettings_single_check" CHECK ("id" = 1);
ALTER TABLE "JobRun" ADD CONSTRAINT "JobRun_outcome_known" CHECK ("outcome" IN ('ok', 'failed', 'stopped', 'lost'));
ALTER TABLE "MailSettings" ADD CONSTRAINT "MailSettings_single_check" CHECK ("id" = 1);
ALTER TABLE "MailSettings" ADD CONSTRAINT "MailSettings_security_known" CHECK ("security" IN ('tls', 'starttls', 'none'));
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_mail_known" CHECK ("mail" IN ('no', 'digest', 'now', 'sending', 'sent', 'failed', 'unknown'));
CREATE INDEX "Notification_unread" ON "Notification"("userId") WHERE "inPortal" AND "readAt" IS NULL;
ALTER TABLE "Notification" ADD CONSTRAINT "Notification_scope_known" CHECK ("scope" IN ('own', 'team', 'site'));
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_state_known" CHECK ("state" IN ('pending', 'delivered', 'failed'));
ALTER TABLE "CalendarFeed" ADD CONSTRAINT "CalendarFeed_scope_check" CHECK ("scope" IN ('own', 'team', 'site') AND ("scope" = 'team') = ("teamId" IS NOT NULL));
ALTER TABLE "Revocation" ADD CONSTRAINT "Revocation_state_known" CHECK ("state" IN ('asking', 'asked', 'alive', 'dead', 'unknown'));
ALTER TABLE "Revocation" ADD CONSTRAINT "Revocation_no_copy_of_the_dead" CHECK ("state" <> 'dead' OR ("sealed" IS NULL AND "sealedFields" IS NULL));
ALTER TABLE "Rotation" ADD CONSTRAINT "Rotation_state_known" CHECK ("state" IN ('asking', 'answered', 'overlap', 'done', 'failed', 'lost'));
CREATE UNIQUE INDEX "Rotation_one_at_a_time" ON "Rotation"("credentialId") WHERE "state" IN ('asking', 'answered', 'overlap');
-- What was entered before this release was entered when the row was made; checks of it are spread over a day.
UPDATE "Credential" SET "enteredAt" = "createdAt", "nextCheckAt" = now() + random() * interval '24 hours';
