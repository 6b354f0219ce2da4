import { createHash } from "node:crypto";
import { elements, fail, succeed } from "./aws-answers";
import {
  type AwsKey,
  type AwsState,
  type AwsUser,
  callerArn,
  decide,
  mayDo,
  mintId,
  mintSecret,
  notAuthorised,
  now,
  userArn,
} from "./aws-state";
import type { SimulatorResponse } from "./simulator";

/** STS and IAM, as far as a key's own affairs go, with the limits and refusals of the fact sheet's tables. */
type Parameters = URLSearchParams;

const operations: Readonly<Record<string, (call: Call) => SimulatorResponse>> = {
  GetUser: ({ state, user }) => {
    const { path, name, id } = user;
    const body = { Path: path, UserName: name, UserId: id, Arn: userArn(state, user), CreateDate: new Date(1.7e12) };
    return succeed("iam", "GetUser", `<User>${elements(body)}</User>`);
  },
  ListAccessKeys: ({ state, user }) => {
    const members = keysOf(state, user).map(({ id, status, createdAt }) =>
      elements({ UserName: user.name, AccessKeyId: id, Status: status, CreateDate: createdAt }),
    );
    return succeed("iam", "ListAccessKeys", elements({ AccessKeyMetadata: members, IsTruncated: false }));
  },
  CreateAccessKey: ({ state, user, parameters: _ }) => {
    if (keysOf(state, user).length >= 2) {
      return fail("iam", 409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2");
    }
    const key: AwsKey = {
      id: mintId("AKIA", state.accountId),
      secret: mintSecret(),
      user,
      principal: "user",
      status: "Active",
      createdAt: now(state),
      lastUsed: null,
      session: null,
      knownFrom: new Date(now(state).getTime() + (state.options.propagationMs ?? 3_000)),
      isThrottled: false,
    };
    state.keys.push(key);
    const { id, status, secret, createdAt } = key;
    const body = {
      UserName: user.name,
      AccessKeyId: id,
      Status: status,
      SecretAccessKey: secret,
      CreateDate: createdAt,
    };
    return succeed("iam", "CreateAccessKey", `<AccessKey>${elements(body)}</AccessKey>`);
  },
  UpdateAccessKey: (call) => {
    const key = ownKey(call);
    if (!key) return noSuchKey(call);
    key.status = call.parameters.get("Status") === "Inactive" ? "Inactive" : "Active";
    return succeed("iam", "UpdateAccessKey", null);
  },
  DeleteAccessKey: (call) => {
    const key = ownKey(call);
    if (!key) return noSuchKey(call);
    call.state.keys.splice(call.state.keys.indexOf(key), 1);
    return succeed("iam", "DeleteAccessKey", null);
  },
  GetAccessKeyLastUsed: (call) => {
    const key = call.state.keys.find(({ id }) => id === call.parameters.get("AccessKeyId"));
    if (!key) return noSuchKey(call);
    const used = key.lastUsed;
    const told = { LastUsedDate: used?.at, ServiceName: used?.service ?? "N/A", Region: used?.region ?? "N/A" };
    const fields = `${elements({ UserName: key.user.name })}<AccessKeyLastUsed>${elements(told)}</AccessKeyLastUsed>`;
    return succeed("iam", "GetAccessKeyLastUsed", fields);
  },
  SimulatePrincipalPolicy: ({ state, parameters }) => {
    const source = parameters.get("PolicySourceArn") ?? "";
    const role = /:role\/(?:.*\/)?([^/]+)$/.exec(source)?.[1];
    const isRole = ({ principal }: AwsKey) => typeof principal === "object" && principal.role === role;
    const subject = role ? state.keys.find(isRole)?.user : state.users.find((one) => userArn(state, one) === source);
    if (!subject) return fail("iam", 404, "NoSuchEntity", `The entity ${source} cannot be found.`);
    const resources = list(parameters, "ResourceArns");
    const results = list(parameters, "ActionNames").map((action) => {
      const decisions = (resources.length > 0 ? resources : ["*"]).map((resource) => ({
        resource,
        decision: decide(subject.statements, action, resource),
      }));
      // One result per action; the decision is the strictest of all resources' (IAM API reference, EvaluationResult).
      const strictest =
        decisions.find(({ decision }) => decision === "explicitDeny") ??
        decisions.find(({ decision }) => decision === "implicitDeny") ??
        decisions[0];
      const each = decisions.map(({ resource, decision }) =>
        elements({
          EvalResourceName: resource,
          EvalResourceDecision: decision,
          MatchedStatements: [],
          MissingContextValues: [],
        }),
      );
      return elements({
        EvalActionName: action,
        EvalResourceName: decisions[0]?.resource,
        EvalDecision: strictest?.decision,
        MatchedStatements: [],
        MissingContextValues: [],
        ResourceSpecificResults: decisions.length > 1 ? each : undefined,
      });
    });
    return succeed("iam", "SimulatePrincipalPolicy", elements({ EvaluationResults: results, IsTruncated: false }));
  },
  UploadSSHPublicKey: ({ state, user, parameters }) => {
    const body = parameters.get("SSHPublicKeyBody") ?? "";
    const [type = "", base64 = ""] = body.split(" ");
    const key = Buffer.from(base64, "base64");
    // Three fields, each with its length before it; the third is the modulus. RSA of 2048 bits and more only.
    if (type !== "ssh-rsa" || key.subarray(4, 11).toString() !== "ssh-rsa") {
      return fail("iam", 400, "UnrecognizedPublicKeyEncoding", "The public key's encoding is not supported.");
    }
    if (key.length < 270) return fail("iam", 400, "InvalidPublicKey", "The public key is too short.");
    if (user.sshKeys.some((one) => one.body.split(" ")[1] === base64)) {
      return fail("iam", 400, "DuplicateSSHPublicKey", "The SSH public key is already associated with the user.");
    }
    if (user.sshKeys.length >= 5) {
      return fail("iam", 409, "LimitExceeded", "Cannot exceed quota for SSHPublicKeysPerUser: 5");
    }
    const added = { id: mintId("APKA", state.accountId), body, status: "Active" as const, uploadedAt: now(state) };
    user.sshKeys.push(added);
    return succeed("iam", "UploadSSHPublicKey", `<SSHPublicKey>${sshKeyFields(user, added)}</SSHPublicKey>`);
  },
  ListSSHPublicKeys: ({ user }) => {
    const members = user.sshKeys.map(({ id, status, uploadedAt }) =>
      elements({ UserName: user.name, SSHPublicKeyId: id, Status: status, UploadDate: uploadedAt }),
    );
    return succeed("iam", "ListSSHPublicKeys", elements({ SSHPublicKeys: members, IsTruncated: false }));
  },
  GetSSHPublicKey: ({ user, parameters }) => {
    const key = user.sshKeys.find(({ id }) => id === parameters.get("SSHPublicKeyId"));
    if (!key) return noSuchSshKey(parameters);
    return succeed("iam", "GetSSHPublicKey", `<SSHPublicKey>${sshKeyFields(user, key)}</SSHPublicKey>`);
  },
  DeleteSSHPublicKey: ({ user, parameters }) => {
    const at = user.sshKeys.findIndex(({ id }) => id === parameters.get("SSHPublicKeyId"));
    if (at < 0) return noSuchSshKey(parameters);
    user.sshKeys.splice(at, 1);
    return succeed("iam", "DeleteSSHPublicKey", null);
  },
};

interface Call {
  state: AwsState;
  /** The user that it is about. */
  user: AwsUser;
  parameters: Parameters;
}

export function answerSts(state: AwsState, key: AwsKey, action: string): SimulatorResponse {
  if (action !== "GetCallerIdentity") return invalidAction("sts", action);
  const { user, principal } = key;
  const id =
    principal === "root"
      ? state.accountId
      : principal === "user"
        ? user.id
        : `${user.id.replace(/^AIDA/, "AROA")}:${principal.session}`;
  const fields = { Arn: callerArn(state, key), UserId: id, Account: state.accountId };
  return succeed("sts", "GetCallerIdentity", elements(fields));
}

export function answerIam(state: AwsState, key: AwsKey, action: string, parameters: Parameters): SimulatorResponse {
  const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
  if (!operation) return invalidAction("iam", action);
  const name = parameters.get("UserName");
  const user = name === null ? key.user : state.users.find((one) => one.name === name);
  const resource = user ? userArn(state, user) : `user ${name}`;
  if (!mayDo(key, `iam:${action}`, resource)) {
    return fail("iam", 403, "AccessDenied", notAuthorised(state, key, `iam:${action}`, resource));
  }
  if (!user) return fail("iam", 404, "NoSuchEntity", `The user with name ${name} cannot be found.`);
  return operation({ state, user, parameters });
}

/** Inactive ones count; temporary ones do not. */
function keysOf(state: AwsState, user: AwsUser): AwsKey[] {
  return state.keys.filter((key) => key.user === user && key.principal === "user" && key.session === null);
}

function ownKey({ state, user, parameters }: Call): AwsKey | undefined {
  return keysOf(state, user).find(({ id }) => id === parameters.get("AccessKeyId"));
}

function noSuchKey({ parameters }: Call): SimulatorResponse {
  const id = parameters.get("AccessKeyId");
  return fail("iam", 404, "NoSuchEntity", `The Access Key with id ${id} cannot be found.`);
}

function noSuchSshKey(parameters: Parameters): SimulatorResponse {
  const id = parameters.get("SSHPublicKeyId");
  return fail("iam", 404, "NoSuchEntity", `The Public Key with id ${id} cannot be found.`);
}

function invalidAction(protocol: "sts" | "iam", action: string): SimulatorResponse {
  return fail(protocol, 400, "InvalidAction", `Could not find operation ${action} for version 2010-05-08`);
}

function sshKeyFields(user: AwsUser, key: AwsUser["sshKeys"][number]): string {
  const md5 = createHash("md5")
    .update(Buffer.from(key.body.split(" ")[1] ?? "", "base64"))
    .digest("hex");
  return elements({
    UserName: user.name,
    SSHPublicKeyId: key.id,
    Fingerprint: md5.replace(/..(?=.)/g, "$&:"),
    SSHPublicKeyBody: key.body,
    Status: key.status,
    UploadDate: key.uploadedAt,
  });
}

function list(parameters: Parameters, name: string): string[] {
  const values: string[] = [];
  for (let at = 1; parameters.has(`${name}.member.${at}`); at++) {
    values.push(parameters.get(`${name}.member.${at}`) ?? "");
  }
  return values;
}
