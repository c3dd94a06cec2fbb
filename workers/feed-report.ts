// What an import left in R2, as its report hands it out: its changes, line by line or whole, and the file as it came.
import type { ShopId } from '@winback/domain';
import { importKeys } from './feed-files.ts';

/** The lines of an import's changes, from all parts in their order, without what divides them. */
export async function* changeLines(lake: R2Bucket, shop: ShopId, id: string): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts(changeBytes(lake, shop, id))) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}

/** The same as bytes. One object holds them, or numbered parts do (`changes/2.jsonl` before `changes/10.jsonl`). */
export async function* changeBytes(lake: R2Bucket, shop: ShopId, id: string): AsyncGenerator<Uint8Array> {
  for (const key of await partsOf(lake, `${importKeys(shop, id).folder}changes`)) {
    const object = await lake.get(key);
    if (object) yield* object.body;
  }
}

/** What a file's name should end with, by its first bytes: whatever a server or a person called it. */
export async function rawEnding(lake: R2Bucket, key: string, contentType: string | null): Promise<string> {
  const head = await lake.get(key, { range: { offset: 0, length: 4 } });
  const [one, two] = new Uint8Array((await head?.arrayBuffer()) ?? new ArrayBuffer());
  if (one === 0x50 && two === 0x4b) return 'zip';
  const known: [RegExp, string][] = [
    [/ndjson|jsonl/, 'jsonl'],
    [/json/, 'json'],
    [/csv/, 'csv'],
    [/tab-separated/, 'tsv'],
  ];
  const ending = known.find(([pattern]) => pattern.test(contentType ?? ''))?.[1] ?? 'xml';
  return one === 0x1f && two === 0x8b ? `${ending}.gz` : ending;
}

async function* texts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

async function partsOf(lake: R2Bucket, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await lake.list({ prefix, ...(cursor ? { cursor } : {}) });
    keys.push(...page.objects.map(({ key }) => key));
    if (!page.truncated) break;
    ({ cursor } = page);
  }
  const numberOf = (key: string) => Number(/(\d+)\.\w+$/.exec(key)?.[1] ?? 0);
  return keys.sort((one, other) => numberOf(one) - numberOf(other) || (one < other ? -1 : 1));
}
