import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { mintToken } from "../lib/hosts/simulators/github-tokens";
import { newKey } from "../lib/keyring";
import { open, type SealContext, seal } from "../lib/seal";
import { Secret } from "../lib/secret";
import { type Figure, median } from "./numbers";

/** Sealing and opening a token against AES-256-GCM alone, with the same context authenticated. Batches alternate. */
const batches = 60;
const batchSize = 50;

export async function measureSealing(): Promise<Figure[]> {
  const token = mintToken("classic");
  const key = newKey();
  const keys = { primary: key, keys: new Map([[key.kid, key]]) };
  const context: SealContext = {
    installationId: randomUUID(),
    table: "Credential",
    rowId: randomUUID(),
    field: "token",
    host: "https://github.com",
    version: 1,
  };
  const authenticated = Buffer.from(JSON.stringify(context));
  const { sealed } = await seal(new Secret(token), context, keys);
  const encrypted = encrypt(token, key.bytes, authenticated);
  const work = {
    seal: async () => void (await seal(new Secret(token), context, keys)),
    open: async () => void (await open(sealed, context, keys)),
    encrypt: () => void encrypt(token, key.bytes, authenticated),
    decrypt: () => void decrypt(encrypted, key.bytes, authenticated),
  };
  const perSecond: Record<keyof typeof work, number[]> = { seal: [], open: [], encrypt: [], decrypt: [] };
  for (let batch = -10; batch < batches; batch++) {
    for (const name of Object.keys(work) as (keyof typeof work)[]) {
      const startedAt = performance.now();
      for (let count = 0; count < batchSize; count++) await work[name]();
      if (batch >= 0) perSecond[name].push((batchSize * 1000) / (performance.now() - startedAt));
    }
  }
  const figure = (what: string, ours: number, bare: number): Figure => ({
    what,
    ratio: `1 / ${(bare / ours).toFixed(1)}`,
    against: `bare AES-256-GCM, ${count(bare)}`,
    absolute: count(ours),
  });
  return [
    figure("sealing a token", median(perSecond.seal), median(perSecond.encrypt)),
    figure("opening a token", median(perSecond.open), median(perSecond.decrypt)),
  ];
}

function count(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString("en")} per second`;
}

function encrypt(text: string, key: Buffer, authenticated: Buffer) {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(authenticated);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return { iv, body, tag: cipher.getAuthTag() };
}

function decrypt({ iv, body, tag }: ReturnType<typeof encrypt>, key: Buffer, authenticated: Buffer): string {
  const decipher = createDecipheriv("aes-256-gcm", key, iv).setAAD(authenticated).setAuthTag(tag);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
}
