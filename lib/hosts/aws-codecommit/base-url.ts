/**
 * CodeCommit has a host per region and no site of its own, so a code host here is one region: its git address, from
 * which STS, IAM and CodeCommit's API follow. A loopback address with the region as its path stands in for all of them:
 * the API at its POST /, git below the path. Hosts from the SDK's endpoint rules and the CodeCommit guide's regions.
 */
export interface Place {
  region: string;
  partition: "aws" | "aws-cn" | "aws-us-gov";
  sts: string;
  iam: string;
  /** Region that requests to IAM are signed for: IAM is one per partition. */
  iamRegion: string;
  codecommit: string;
  /** Without a slash at its end; /v1/repos/… follows. */
  git: string;
  /** Of the console's pages for IAM. */
  console: string;
}

const regionForm = /^(af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov)-(central|(north|south)(east|west)?|east|west)-\d$/;

export function normaliseAwsUrl(url: URL): URL | string {
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (isLoopback(host)) {
    const region = url.pathname.split("/")[1] ?? "";
    if (!regionForm.test(region)) return `Add the region as the path, as in ${url.origin}/us-east-1.`;
    return new URL(`${url.origin}/${region}`);
  }
  if (/\.vpce\.amazonaws\.com(\.cn)?$/.test(host)) {
    return "This is the address of one network's endpoint. Give the region's own, such as https://git-codecommit.us-east-1.amazonaws.com.";
  }
  const region = regionIn(host);
  if (region !== null && regionForm.test(region)) return new URL(`https://${gitHost(region)}`);
  if (/^(eusc|us-isob?|eu-isoe)-/.test(region ?? "")) return "AWS has no CodeCommit in this region.";
  return "Give the region's Git address, such as https://git-codecommit.us-east-1.amazonaws.com, or only the region.";
}

/** A bare region, an address of CodeCommit, or a console's page. */
function regionIn(host: string): string | null {
  const forms = [
    /^([a-z]{2,4}(?:-[a-z]+){1,3}-\d)$/,
    /^(?:git-)?codecommit(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.(?:com|com\.cn|eu)|api\.aws)$/,
    /^([a-z0-9-]+)\.console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)$/,
  ];
  for (const form of forms) {
    const region = form.exec(host)?.[1];
    if (region !== undefined) return region;
  }
  return null;
}

export function placeOf(baseUrl: string): Place {
  const { hostname, origin, pathname } = new URL(baseUrl);
  const isStandIn = isLoopback(hostname);
  const named = isStandIn ? pathname.split("/")[1] : hostname.split(".")[1];
  // Only a stand-in without its region, which is never stored, has none.
  const region = named || "us-east-1";
  const partition = region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
  const global = {
    aws: {
      iam: "https://iam.amazonaws.com",
      iamRegion: "us-east-1",
      console: "https://us-east-1.console.aws.amazon.com",
    },
    "aws-cn": {
      iam: "https://iam.cn-north-1.amazonaws.com.cn",
      iamRegion: "cn-north-1",
      console: "https://cn-north-1.console.amazonaws.cn",
    },
    "aws-us-gov": {
      iam: "https://iam.us-gov.amazonaws.com",
      iamRegion: "us-gov-west-1",
      console: "https://us-gov-west-1.console.amazonaws-us-gov.com",
    },
  }[partition];
  const place = { region, partition, ...global } as const;
  if (isStandIn) {
    const git = baseUrl.replace(/\/+$/, "");
    return { ...place, sts: origin, iam: origin, codecommit: origin, git, console: origin };
  }
  const domain = domainOf(region);
  return {
    ...place,
    sts: `https://sts.${region}.${domain}`,
    codecommit: `https://codecommit.${region}.${domain}`,
    git: `https://${gitHost(region)}`,
  };
}

export function originsOf(baseUrl: string): readonly string[] {
  const { sts, iam, codecommit, git } = placeOf(baseUrl);
  return [...new Set([git, codecommit, sts, iam].map((address) => new URL(address).origin))];
}

/** Where a user's own keys are, or a named user's: the console's own addresses, which nothing documents. */
export function keysPage({ console }: Place, userName?: string): string {
  if (userName === undefined) return `${console}/iam/home#/security_credentials`;
  return `${console}/iam/home#/users/details/${encodeURIComponent(userName)}?section=security_credentials`;
}

function gitHost(region: string): string {
  return `git-codecommit.${region}.${domainOf(region)}`;
}

function domainOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
