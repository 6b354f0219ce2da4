import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The base of every simulator: a real HTTP server on loopback with a log of what was asked. What a simulator answers
 * is written from the host's fact sheet, not from what our adapters expect.
 */
export interface SimulatorRequest {
  method: string;
  /** Path without query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface SimulatorResponse {
  status: number;
  headers?: Record<string, string | string[]>;
  /** Sent as JSON unless it is a string. */
  body?: unknown;
  /** Wait before the first byte. */
  delayMs?: number;
}

export interface Simulator {
  /** http://127.0.0.1:port, with no trailing slash. */
  url: string;
  requests: SimulatorRequest[];
  close(): Promise<void>;
}

export async function startSimulator(
  answer: (request: SimulatorRequest) => SimulatorResponse | Promise<SimulatorResponse>,
  port = 0,
): Promise<Simulator> {
  const requests: SimulatorRequest[] = [];
  const server: Server = createServer((message, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const url = new URL(message.url ?? "/", "http://simulator");
      const request: SimulatorRequest = {
        method: message.method ?? "GET",
        path: url.pathname,
        query: url.searchParams,
        headers: message.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      requests.push(request);
      await send(response, await answer(request));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function send(response: ServerResponse, answer: SimulatorResponse): Promise<void> {
  if (answer.delayMs) await new Promise((resolve) => setTimeout(resolve, answer.delayMs));
  const isText = typeof answer.body === "string";
  const headers = {
    ...(answer.body !== undefined && !isText && { "content-type": "application/json; charset=utf-8" }),
  };
  response.writeHead(answer.status, { ...headers, ...answer.headers });
  response.end(answer.body === undefined ? "" : isText ? answer.body : JSON.stringify(answer.body));
}
