import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { GuideSteps } from "@/app/_guides/guide-steps";
import { joined } from "@/app/(portal)/_credentials/wording";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Code } from "@/components/scope-chip";
import { Section } from "@/components/section";
import { Step, Steps } from "@/components/steps";
import { TextLink } from "@/components/text-link";
import { type KindGuide, readGuide, type TypeGuide } from "@/lib/guides/read-guide";
import { offlineKind } from "@/lib/hosts/offline";
import { currentActor } from "@/lib/session";

type Params = Promise<{ kind: string }>;

export async function generateMetadata({ params }: { params: Params }): Promise<Metadata> {
  const name = offlineKind((await params).kind)?.name;
  return name ? { title: `Make a token on ${name}` } : {};
}

export default async function GuidePage({ params }: { params: Params }) {
  const guide = await readGuide(await currentActor(), (await params).kind);
  if (!guide.ok) notFound();
  const { name, types, ssh, isPublic, exampleUrl } = guide.value;
  return (
    <>
      <PageHeader
        title={`Make a token on ${name}`}
        description={
          isPublic
            ? undefined
            : `Addresses here are examples: put your own in place of ${new URL(exampleUrl).host}. Signed in, the dialog shows them with your code host's address.`
        }
      />
      {types.length > 1 ? (
        <nav aria-label="On this page" className="mb-6">
          <ul className="flex flex-wrap gap-x-5 gap-y-1.5">
            {types.map(({ id, name: typeName }) => (
              <li key={id}>
                <TextLink href={`#${id}`}>{typeName}</TextLink>
              </li>
            ))}
            <li>
              <TextLink href="#ssh">Git over SSH</TextLink>
            </li>
          </ul>
        </nav>
      ) : null}
      {types.map((type) => (
        <div key={type.id} id={type.id} className="scroll-mt-4">
          <TypeSection guide={guide.value} type={type} />
        </div>
      ))}
      <div id="ssh" className="scroll-mt-4">
        {ssh.map((part) => (
          <SshSection key={part.use} guide={guide.value} part={part} />
        ))}
      </div>
    </>
  );
}

function TypeSection({ guide: { required, isPublic, name }, type }: { guide: KindGuide; type: TypeGuide }) {
  const { guides, fields, looksLike, lifetime } = type;
  return (
    <Section title={type.name} description={looksLike}>
      {guides.map(({ version, guide }) => (
        <div key={version ?? ""} className="flex flex-col gap-3">
          {version ? <h3 className="border-line border-t pt-4 font-medium">{version}</h3> : null}
          <GuideSteps
            guide={guide}
            required={required}
            isExample={!isPublic}
            paste={
              <>
                Press Add token beside the code host under{" "}
                <TextLink href="/settings/credentials">your credentials</TextLink> and paste it.
                {fields.length > 0 ? ` Fill in ${joined(fields)} too.` : ""}
              </>
            }
          />
        </div>
      ))}
      <dl className="border-line flex flex-col gap-2 border-t pt-4">
        <Fact term="How long it lives">{lifetime}</Fact>
        <Fact term="What Forgepass sees">{told(type, name)}</Fact>
        <Fact term="To remove it">{guides[0]?.guide.removal}</Fact>
      </dl>
    </Section>
  );
}

function Fact({ term, children }: { term: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-x-4 sm:grid sm:grid-cols-[10rem_minmax(0,1fr)]">
      <dt className="text-muted">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const SCOPES = {
  exactly: (name: string) => `${name} tells what the token may do`,
  partly: (name: string) => `${name} tells only a part of what the token may do`,
  never: (name: string) => `${name} does not tell what the token may do`,
};
const EXPIRY = {
  exactly: ", and when it ends.",
  partly: ", and sometimes when it ends.",
  never: ", and not when it ends.",
};

function told({ scopesTold, expiryTold }: TypeGuide, name: string): string {
  const joint = scopesTold === "never" && expiryTold === "never" ? " or when it ends." : EXPIRY[expiryTold];
  return `${SCOPES[scopesTold](name)}${joint}`;
}

function SshSection({ guide: { isPublic }, part }: { guide: KindGuide; part: KindGuide["ssh"][number] }) {
  const { use, algorithm, steps, page, canUpload } = part;
  const key = algorithm === "rsa" ? "an RSA key with 4096 bits" : "an Ed25519 key";
  return (
    <Section
      title={use === "git" ? "Git over SSH" : "Signing commits with SSH"}
      description={
        use === "git"
          ? `Where Git goes over SSH, Forgepass makes ${key} for you and shows its public part.`
          : `Forgepass can make ${key} for signatures too.`
      }
    >
      {canUpload ? <Notice>Forgepass can put the public key there for you if your token may.</Notice> : null}
      <Steps>
        {steps.map((step) => (
          <Step key={step}>{step}</Step>
        ))}
      </Steps>
      <p className="text-muted break-words">
        The page:{" "}
        {isPublic ? (
          <TextLink href={page} external>
            {page}
          </TextLink>
        ) : (
          <Code>{page}</Code>
        )}
      </p>
    </Section>
  );
}
