import { isLocal } from "../code-hosts/base-url";
import { checkBaseUrlAddress } from "../hosts/networks";

/**
 * Where a webhook goes, as an admin types it: https, or plain http within networks that the operator allowed. What may
 * not be contacted is refused here already; names are judged again each time that they are connected to.
 */
export type WebhookUrl = { ok: true; url: string } | { ok: false; message: string };

export async function readWebhookUrl(typed: string, allowedNetworks: readonly string[]): Promise<WebhookUrl> {
  const text = typed.trim();
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text) || /[\p{Cc}\s\\]/u.test(text)) {
    return refuse("Enter the whole address, such as https://hooks.example.com/forgepass.");
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return refuse("Leave out the user name and password.");
  if (url.hash !== "" || text.includes("#")) return refuse("Leave out everything from # on.");
  if (url.port === "0") return refuse("Port 0 cannot be contacted.");
  const blocked = checkBaseUrlAddress(url, allowedNetworks);
  if (blocked) return refuse(blocked);
  if (url.protocol === "http:" && !(await isLocal(url.hostname, allowedNetworks))) {
    return refuse(
      "Over plain http everyone on the way could read it. Use https, or add the receiver's network to FORGEPASS_ALLOWED_NETWORKS if it is yours.",
    );
  }
  return { ok: true, url: url.href };
}

function refuse(message: string): WebhookUrl {
  return { ok: false, message };
}
