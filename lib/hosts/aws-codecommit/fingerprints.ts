/**
 * What CodeCommit's SSH servers are known by, as its guide publishes it ("Server fingerprints for CodeCommit", in the
 * chapter on regions, from AWS's own repository awsdocs/aws-codecommit-user-guide). Later regions are not in there,
 * and the one for us-gov-east-1 lacks a character, so it is left out too.
 */
const byRegion: Readonly<Record<string, string>> = {
  "us-east-2": "3lBlW2g5xn/NA2Ck6dyeJIrQOWvn7n8UEs56fG6ZIzQ",
  "us-east-1": "eLMY1j0DKA4uvDZcl/KgtIayZANwX6t8+8isPtotBoY",
  "us-west-2": "0pJx9SQpkbPUAHwy58UVIq0IHcyo1fwCpOOuVgcAWPo",
  "eu-west-1": "tKjRkOL8dmJyTmSbeSdN1S8F/f0iql3RlvqgTOP1UyQ",
  "ap-northeast-1": "Xk/WeYD/K/bnBybzhiuu4dWpBJtXPf7E30jHU7se4Ow",
  "ap-southeast-1": "ZIsVa7OVzxrTIf+Rk4UbhPv6Es22mSB3uTBojfPXIno",
  "ap-southeast-2": "nYp+gHas80HY3DqbP4yanCDFhqDVjseefVbHEXqH2Ec",
  "eu-central-1": "MwGrkiEki8QkkBtlAgXbYt0hoZYBnZF62VY5RzGJEUY",
  "ap-northeast-2": "eegAPQrWY9YsYo9ZHIKOmxetfXBHzAZd8Eya53Qcwko",
  "sa-east-1": "kW+VKB0jpRaG/ZbXkgbtMQbKgEDK7JnISV3SVoyCmzU",
  "us-west-1": "gzauWTWXDK2u5KuMMi5vbKTmfyerdIwgSbzYBODLpzg",
  "eu-west-2": "r0Rwz5k/IHp/QyrRnfiM9j02D5UEqMbtFNTuDG2hNbs",
  "ap-south-1": "hUKwnTj7+Xpx4Kddb6p45j4RazIJ4IhAMD8k29itOfE",
  "ca-central-1": "Qz5puafQdANVprLlj6r0Qyh4lCNsF6ob61dGcPtFS7w",
  "eu-west-3": "uw7c2FL564jVoFgtc+ikzILnKBsZz7t9+CFdSJjKbLI",
  "us-gov-west-1": "djXQoSIFcg8vHe0KVH1xW/gOF9X37tWTqu4Hkng75x4",
  "eu-north-1": "b6KSK7xKq+V8jl7iuAcjqXsG7zkqoUZZmmhYYFBq1wQ",
  "me-south-1": "O+NToCGgjrHekiBuOl0ad7ROGEsz+DBLXOd/c9wc0JU",
  "ap-east-1": "LafadYwUYW8hONoTRpojbjNs9IRnbEwHtezD3aAIBX0",
  "cn-north-1": "IYUXxH2OpTDsyYMLIp+JY8CTLS4UX+ZC5JVZXPRaxc8",
  "cn-northwest-1": "wqjd6eHd0+mOBx+dCNuL0omUoCNjaDtZiEpWj5TmCfQ",
};

export const publishedFingerprints: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(byRegion).map(([region, digest]) => [
    `git-codecommit.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`,
    [`SHA256:${digest}`],
  ]),
);
