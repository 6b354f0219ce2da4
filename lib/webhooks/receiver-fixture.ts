import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A receiver over real HTTP that answers as the test says and keeps what it got. */
export interface Receiver {
  url: string;
  received: { path: string; headers: IncomingHttpHeaders; body: string }[];
  /** From now on, in this order, the last one again and again; "hang" never answers. */
  answerWith(
    ...answers: (number | "hang" | { status: number; headers: Record<string, string>; body?: string })[]
  ): void;
  /** Resolves when so many have arrived in all. */
  until(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Receiver["received"] = [];
  let answers: Parameters<Receiver["answerWith"]> = [204];
  let wake = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
      wake();
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === "hang" || answer === undefined) return;
      const { status, headers, body } = typeof answer === "number" ? { status: answer, headers: {}, body: "" } : answer;
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith: (...next) => {
      answers = next;
    },
    until: async (count) => {
      while (received.length < count) {
        await new Promise<void>((done) => {
          wake = done;
        });
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
