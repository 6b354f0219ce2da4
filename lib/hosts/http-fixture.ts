import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket, Server as TcpServer } from "node:net";
import { closeTransports, openTransport, type Transport, TransportError, type TransportOptions } from "./http";
import { type Simulator, startSimulator } from "./simulators/simulator";

/**
 * Servers that misbehave on purpose, for the transport's tests: real ones, on loopback, closed by closeAll().
 */
export const canary = "CANARY0123456789abcdef";
const closers: (() => Promise<unknown>)[] = [];

export async function closeAll(): Promise<void> {
  await closeTransports();
  await Promise.all(closers.splice(0).map((close) => close()));
}

export async function listen(server: Server | TcpServer, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(resolve);
      }),
  );
  return (server.address() as AddressInfo).port;
}

export async function serve(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer({ maxHeaderSize: 65_536 }, listener))}`;
}

export async function simulate(answer: Parameters<typeof startSimulator>[0]): Promise<Simulator> {
  const simulator = await startSimulator(answer);
  closers.push(simulator.close);
  return simulator;
}

/** Counts connections: whoever must not be contacted must not see even one. */
export async function startSink(): Promise<{ url: string; port: number; hits: () => number; open: () => number }> {
  let connections = 0;
  let closed = 0;
  const server = createServer((_, response) => response.end("{}"));
  server.on("connection", (socket: Socket) => {
    connections += 1;
    socket.once("close", () => {
      closed += 1;
    });
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}`, port, hits: () => connections, open: () => connections - closed };
}

export function open(origin: string, more: Partial<TransportOptions> = {}): Transport {
  return openTransport({
    origins: [origin],
    caCertificate: null,
    allowedNetworks: ["127.0.0.0/8", "::1/128"],
    ...more,
  });
}

/** Waits for the TransportError, and throws when there is none or when it tells what it must not. */
export async function failureOf(promise: Promise<unknown>): Promise<TransportError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TransportError)) throw new Error("expected a TransportError", { cause: error });
  if (`${error.message}${error.stack}${JSON.stringify(error)}`.includes(canary)) throw new Error("the error leaks");
  if (!/^\S.*\.$/.test(error.message)) throw new Error(`no sentence: ${error.message}`);
  return error;
}
