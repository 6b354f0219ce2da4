/** Servers on this machine that play code hosts or those who wait for tokens, closed by closeAll(). */
import type { Server as HttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { type CodeHost, createCodeHost, query } from "./people";

const closers: (() => Promise<unknown>)[] = [];

/** Whatever was started here, also in between. */
export async function closeAll(): Promise<void> {
  await Promise.all(closers.splice(0).map((close) => close()));
}

export function closeLater(close: () => Promise<unknown>): void {
  closers.push(close);
}

export async function listen(server: Server | HttpServer): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Counts connections and keeps what was sent: whoever must not be contacted must not see even one byte. */
export async function startSink(): Promise<{ url: string; hits: () => number; received: () => string }> {
  let hits = 0;
  let text = "";
  const server = createTcpServer((socket) => {
    hits += 1;
    socket.on("data", (chunk) => {
      text += chunk;
      socket.end("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    });
  });
  return { url: await listen(server), hits: () => hits, received: () => text };
}

export async function addHost(kind: string, url: string): Promise<CodeHost> {
  const host = await createCodeHost(kind, `Hostile ${Math.random().toString(36).slice(2)}`, url);
  closers.push(() => query(`DELETE FROM "CodeHost" WHERE id = $1`, [host.id]));
  return host;
}
