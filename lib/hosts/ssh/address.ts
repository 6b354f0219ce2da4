import { isIPv6 } from "node:net";
import type { SshEndpoint } from "../adapter";

/**
 * Where an SSH server is. Names are held to letters, digits, dots, dashes and underscores, and begin with none of the
 * signs: what ends up in an ssh command or a known_hosts file can be no option, pattern or second line.
 */
export interface SshAddress {
  /** Without brackets. */
  host: string;
  port: number;
}

const HOST = /^[a-z0-9]([a-z0-9._-]{0,252}[a-z0-9])?$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/** "user@host:port" as an admin typed it, the port being 22 and the user null when left out; or what is wrong with it. */
export function parseSshAddress(typed: string): SshEndpoint | string {
  const text = typed
    .trim()
    .replace(/^ssh:\/\//i, "")
    .replace(/\/+$/, "");
  if (text.length > 400) return "This address is too long.";
  const parts = /^(?:(?<user>[^@]*)@)?(?:\[(?<v6>[^\]]*)\]|(?<name>[^:[\]]*))(?::(?<port>[^:]*))?$/.exec(text)?.groups;
  if (!parts) return "Write the address like git@git.example.com:22.";
  const { user, v6, port = "22" } = parts;
  const host = (v6 ?? parts.name ?? "").toLowerCase();
  if (user !== undefined && !USER.test(user)) return "The user name before the @ is usually git: letters and digits.";
  if (v6 !== undefined ? !isIPv6(v6) || v6.includes("%") : !HOST.test(host)) {
    return "Write the host's name without a path, like git@git.example.com:22.";
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    return "The port after the colon is a number from 1 to 65535.";
  }
  return { user: user ?? null, host, port: Number(port) };
}

/** An adapter's endpoint, or null when its host's name is one that SSH could misread. */
export function checkEndpoint({ user, host, port }: SshEndpoint): SshEndpoint | null {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  const fits = (HOST.test(bare) || isIPv6(bare)) && (user === null || USER.test(user));
  return fits && Number.isInteger(port) && port > 0 && port < 65_536 ? { user, host: bare, port } : null;
}

/** A user name that the host itself gave a key. */
export function isSshUser(text: string): boolean {
  return USER.test(text);
}

/** "host:port", as host keys are kept by it. */
export function formatAddress({ host, port }: SshAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** "git@host:port", or "host:port" without a user. */
export function formatEndpoint({ user, ...address }: SshEndpoint): string {
  return `${user === null ? "" : `${user}@`}${formatAddress(address)}`;
}
