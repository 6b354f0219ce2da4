-- AlterTable
ALTER TABLE "CodeHost" ADD COLUMN     "sshAddress" TEXT;

-- AlterTable
ALTER TABLE "Credential" ADD COLUMN     "fields" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "scopesAbsent" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "scopesPartial" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "sealedFields" TEXT;

-- AlterTable
ALTER TABLE "Consumer" ADD COLUMN     "seededKinds" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "HostKey" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "codeHostId" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "confirmedById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "HostKey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SshKey" (
    "id" UUID NOT NULL,
    "credentialId" UUID NOT NULL,
    "use" TEXT NOT NULL,
    "algorithm" TEXT NOT NULL,
    "publicKey" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "sealedFor" TEXT NOT NULL,
    "hostKeyId" TEXT,
    "sshUser" TEXT,
    "state" TEXT NOT NULL DEFAULT 'new',
    "stateDetail" TEXT,
    "checkedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SshKey_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "HostKey_codeHostId_address_algorithm_key" ON "HostKey"("codeHostId", "address", "algorithm");

-- CreateIndex
CREATE UNIQUE INDEX "SshKey_credentialId_use_key" ON "SshKey"("credentialId", "use");

-- AddForeignKey
ALTER TABLE "HostKey" ADD CONSTRAINT "HostKey_codeHostId_fkey" FOREIGN KEY ("codeHostId") REFERENCES "CodeHost"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SshKey" ADD CONSTRAINT "SshKey_credentialId_fkey" FOREIGN KEY ("credentialId") REFERENCES "Credential"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema cannot say.
ALTER TABLE "HostKey" ADD CONSTRAINT "HostKey_source_known" CHECK ("source" IN ('published', 'confirmed'));
ALTER TABLE "SshKey" ADD CONSTRAINT "SshKey_use_known" CHECK ("use" IN ('git', 'signing'));
ALTER TABLE "SshKey" ADD CONSTRAINT "SshKey_state_known" CHECK ("state" IN ('new', 'known', 'unknown', 'unclear'));
-- Built-in consumers until now knew these two.
UPDATE "Consumer" SET "seededKinds" = '{github,gitlab}' WHERE "slug" IS NOT NULL;
