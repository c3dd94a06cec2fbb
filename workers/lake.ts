// Where raw events lie: `events/<shop>/<year>/<month>/<day>/<hour>/<name>.ndjson.gz`, one JSON object a line, by the hour (UTC)
// in which the event happened. Keys of one shop sort by time.
import type { ShopId } from '@winback/domain';

/** The beginning of all keys of a shop, and of no other shop's. */
export function lakePrefix(shop: ShopId): string {
  return `events/${shop}/`;
}

/** The beginning of the keys of a shop's hour, the one in which the moment lies. */
export function hourPrefix(shop: ShopId, at: number): string {
  return `${lakePrefix(shop)}${new Date(at).toISOString().slice(0, 13).replace(/[-T]/g, '/')}/`;
}

/** Lines as they are stored. */
export async function packed(lines: readonly string[]): Promise<ArrayBuffer> {
  const text = new Blob([lines.map((line) => `${line}\n`).join('')]).stream();
  return new Response(text.pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
}

/** The lines of a stored object. */
export async function unpacked(body: ReadableStream): Promise<string[]> {
  const text = await new Response(body.pipeThrough(new DecompressionStream('gzip'))).text();
  return text.split('\n').filter((line) => line !== '');
}

/** When the hour of a key began; null: this is no key of an hour. */
export function hourOfKey(key: string): number | null {
  const [, year, month, day, hour] = /^events\/[^/]+\/(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)\//.exec(key) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour));
}
