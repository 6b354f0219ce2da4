/**
 * AWS's own code and sentence in a refusal, in either protocol. Null for what is not AWS's form: a page, a proxy's
 * JSON, or XML of something else says nothing about a key.
 */
export interface ErrorCode {
  code: string;
  message: string;
}

/**
 * Is it an answer in the form of AWS's protocol, query for STS and IAM? The clients are content with any page where
 * nothing is to be read from it.
 */
export function isAnswer(
  { status, headers, text }: { status: number; headers: Record<string, string>; text: string },
  protocol: "query" | "json",
): boolean {
  const type = headers["content-type"] ?? "";
  if (status !== 200) return false;
  return protocol === "query"
    ? isXml(type) && /^\s*(<\?xml[^>]{0,200}>\s*)?<[A-Za-z]{1,60}Response[\s>]/.test(text.slice(0, 1_000))
    : isJson(type);
}

export function readErrorCode(raw: { headers: Record<string, string>; text: string }): ErrorCode | null {
  const type = raw.headers["content-type"] ?? "";
  if (isXml(type)) return readXml(raw.text);
  return isJson(type) ? readJson(raw) : null;
}

function isXml(type: string): boolean {
  return /^(text|application)\/xml\b/i.test(type);
}

function isJson(type: string): boolean {
  return /^application\/(x-amz-json-1\.[01]|json)\b/i.test(type);
}

/** <ErrorResponse><Error><Code>…; nothing is nested in either, so the first of each is meant. */
function readXml(text: string): ErrorCode | null {
  const head = text.slice(0, 20_000);
  if (!/^\s*(<\?xml[^>]{0,200}>\s*)?<ErrorResponse[\s>]/.test(head)) return null;
  const code = /<Code>([A-Za-z.]{1,100})<\/Code>/.exec(head)?.[1];
  return code === undefined
    ? null
    : { code, message: decodeEntities(/<Message>([^<]*)<\/Message>/.exec(head)?.[1] ?? "") };
}

/** The name is in `__type`, with a namespace before it, or in a header, with an address behind it. */
function readJson({ headers, text }: { headers: Record<string, string>; text: string }): ErrorCode | null {
  const body = parse(text);
  const type = typeof body.__type === "string" ? body.__type : (headers["x-amzn-errortype"] ?? "");
  const code = /^(?:[\w.]+#)?([A-Za-z]{1,100})(?::.*)?$/.exec(type)?.[1];
  const message = [body.message, body.Message].find((words) => typeof words === "string");
  return code === undefined ? null : { code, message: typeof message === "string" ? message : "" };
}

function parse(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function decodeEntities(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? "");
}
