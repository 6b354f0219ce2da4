/**
 * The guarded transport: every byte to a code host passes here. It sends only to the origins that it was opened for,
 * checks the address at connect time, follows no redirect, decodes nothing, and stops at a size cap and a total deadline.
 */
export interface Transport {
  /** fetch-shaped, for the hosts' client libraries. Throws TransportError; a response of any status is returned. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

export interface TransportOptions {
  /** Origins that may be asked, as `new URL(x).origin`. */
  origins: readonly string[];
  /** PEM, trusted besides the system's. */
  caCertificate: string | null;
  /** CIDR networks that are allowed though not public. Cloud metadata addresses never are. */
  allowedNetworks: readonly string[];
  /** For everything sent through this transport together. Default 10 000. */
  deadlineMs?: number;
}
