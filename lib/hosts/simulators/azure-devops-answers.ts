import type { AzureDevopsState, AzureDevopsToken, TurnedAway } from "./azure-devops-state";
import type { SimulatorResponse } from "./simulator";

/**
 * The literal answers with which Azure DevOps turns requests away, from the fact sheet's failure table: sign-in pages
 * that are called success, challenges without a word, and its JSON with and without a byte order mark.
 */
const realm = "https://tfsprodsin1.app.visualstudio.com/";
const ownBasic = `Basic realm="${realm}"`;
const onPremises = ["Bearer", 'Basic realm="http://tfs.example.com:8080/tfs"', "Negotiate", "NTLM"];
const html = { "content-type": "text/html; charset=utf-8" };

/** On every answer of the API, refusals included. */
export const traces = {
  "x-tfs-processid": "4a3f1c1d-4e1b-44c5-9a0a-6f0f9b1c2d3e",
  "x-vss-e2eid": "d6a1f5f0-6c0f-4b39-9d2f-0f1e2d3c4b5a",
  activityid: "d6a1f5f0-6c0f-4b39-9d2f-0f1e2d3c4b5a",
};

export function json(status: number, body: unknown, version = "7.1", more: Record<string, string> = {}) {
  const type = `application/json; charset=utf-8; api-version=${version}`;
  return { status, headers: { ...traces, "content-type": type, ...more }, body };
}

/** An exception as the service serializes it; the message is in a header too, percent-encoded. */
export function exception(status: number, message: string, typeKey: string): SimulatorResponse {
  const body = {
    $id: "1",
    innerException: null,
    message,
    typeName: `Microsoft.VisualStudio.Services.Common.${typeKey}, Microsoft.VisualStudio.Services.Common`,
    typeKey,
    errorCode: 0,
    eventId: 3000,
  };
  return json(status, body, "7.1", { "x-tfs-serviceerror": encodeURIComponent(message) });
}

export function turnAway(how: TurnedAway, { options, product }: AzureDevopsState): SimulatorResponse {
  const challenge = [
    "Bearer authorization_uri=https://login.microsoftonline.com/8d0b2f0a-6f5c-4a0d-9a3e-1c2b3a4d5e6f",
    `Basic realm="${realm}"`,
    "TFS-Federated",
  ];
  switch (how) {
    case "sign-in-page": {
      const body =
        "<!DOCTYPE html>\n<html><head><title>Azure DevOps Services | Sign In</title></head><body></body></html>";
      return { status: 203, headers: { ...traces, ...html }, body };
    }
    case "redirect": {
      const location = `https://spsprodsin1.vssps.visualstudio.com/_signin?realm=dev.azure.com&reply_to=x`;
      return { status: 302, headers: { ...traces, ...html, location }, body: "<h2>Object moved</h2>" };
    }
    case "empty-401":
      return { status: 401, headers: { "www-authenticate": product === "services" ? ownBasic : onPremises } };
    case "list-401":
      return json(401, { count: 0, value: [] }, "7.1", { "www-authenticate": ownBasic });
    case "tf400813": {
      const message = `TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.`;
      const refused = exception(401, message, "UnauthorizedRequestException");
      return { ...refused, headers: { ...refused.headers, "www-authenticate": challenge } };
    }
    case "iis-page": {
      const offered = options.iisBasic
        ? ["Negotiate", "NTLM", 'Basic realm="tfs.example.com"']
        : options.windowsOnly
          ? ["Negotiate", "NTLM"]
          : onPremises;
      const body =
        "<!DOCTYPE html>\r\n<title>401 - Unauthorized: Access is denied due to invalid credentials.</title>\r\n<h2>401 - Unauthorized: Access is denied due to invalid credentials.</h2>\r\n<h3>You do not have permission to view this directory or page using the credentials that you supplied.</h3>";
      return { status: 401, headers: { ...html, "www-authenticate": offered }, body };
    }
  }
}

/** What is wrong with the token itself; null when nothing is. */
export function whyTurnedAway(
  state: AzureDevopsState,
  token: AzureDevopsToken | undefined,
  how: TurnedAway,
): SimulatorResponse | null {
  switch (token?.state) {
    case "active":
    case "slowed":
    case "anonymous":
      return null;
    case "expired": {
      const message = "Access Denied: The Personal Access Token used has expired.";
      return exception(401, message, "AccessCheckException");
    }
    case "rate-limited":
      return tooMany();
    case "stranger": {
      const message = `TF400813: The user '${token.user.id}' is not authorized to access this resource.`;
      return exception(401, message, "UnauthorizedRequestException");
    }
    default:
      return turnAway(how, state);
  }
}

function tooMany(): SimulatorResponse {
  const message =
    "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource 'Concurrency' in namespace 'User'.";
  const refused = exception(429, message, "RequestBlockedException");
  const reset = String(Math.ceil(Date.now() / 1000) + 90);
  const limits = { "x-ratelimit-limit": "200", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
  return { ...refused, headers: { ...refused.headers, ...limits, "retry-after": "90" } };
}

/** The organization or collection is stopped. Recorded with a byte order mark before the JSON. */
export function stopped(): SimulatorResponse {
  const message =
    "TF24668: The following team project collection is stopped: acme. Start the collection and then try again.";
  const { headers, body } = exception(503, message, "HostShutdownException");
  return { status: 503, headers: { ...headers, "retry-after": "30" }, body: `\ufeff${JSON.stringify(body)}` };
}

export function notFound(what: string, typeKey: string): SimulatorResponse {
  return exception(404, what, typeKey);
}
