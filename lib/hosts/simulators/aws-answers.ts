import { randomUUID } from "node:crypto";
import type { SimulatorResponse } from "./simulator";

/** The two forms in which AWS answers: XML for STS and IAM (query protocol), JSON for CodeCommit (JSON 1.1). */
export type Protocol = "sts" | "iam" | "codecommit";

const namespaces = {
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
};

/** Names of the query protocol → what JSON services say, always with status 400. */
const jsonNames: Readonly<Record<string, string>> = {
  InvalidClientTokenId: "UnrecognizedClientException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  ExpiredToken: "ExpiredTokenException",
  AccessDenied: "AccessDeniedException",
  Throttling: "ThrottlingException",
  MissingAuthenticationToken: "MissingAuthenticationTokenException",
  IncompleteSignature: "IncompleteSignatureException",
  OptInRequired: "OptInRequired",
};

export function fail(protocol: Protocol, status: number, code: string, message: string): SimulatorResponse {
  if (protocol !== "codecommit") {
    const type = status >= 500 ? "Receiver" : "Sender";
    const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${encodeEntities(message)}</Message></Error>`;
    return xml(
      status,
      `<ErrorResponse xmlns="${namespaces[protocol]}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    );
  }
  const name = jsonNames[code] ?? code;
  // The message's key is upper case where the gate refuses for lack of permission, and lower case elsewhere.
  const body = name === "AccessDeniedException" ? { __type: name, Message: message } : { __type: name, message };
  const headers = { ...jsonHeaders(), "x-amzn-errortype": `${name}:http://internal.amazon.com/coral/` };
  return { status: status >= 500 ? status : 400, headers, body: JSON.stringify(body) };
}

/** `fields` are XML already. */
export function succeed(protocol: "sts" | "iam", operation: string, fields: string | null): SimulatorResponse {
  const result = fields === null ? "" : `<${operation}Result>${fields}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return xml(200, `<${operation}Response xmlns="${namespaces[protocol]}">${result}${metadata}</${operation}Response>`);
}

export function succeedJson(body: object): SimulatorResponse {
  return { status: 200, headers: jsonHeaders(), body: JSON.stringify(body) };
}

/** Each value as an element; what is undefined is left out, what is a list becomes `member`s. */
export function elements(values: Record<string, string | Date | boolean | readonly string[] | undefined>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (value === undefined) return "";
      const text = Array.isArray(value)
        ? value.map((member) => `<member>${member}</member>`).join("")
        : value instanceof Date
          ? timestamp(value)
          : encodeEntities(String(value));
      return text === "" ? `<${name}/>` : `<${name}>${text}</${name}>`;
    })
    .join("");
}

/** 2013-10-02T17:01:44Z */
export function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}

function jsonHeaders(): Record<string, string> {
  return { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
}

function xml(status: number, body: string): SimulatorResponse {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": randomUUID() }, body };
}

function encodeEntities(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
