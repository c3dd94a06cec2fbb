import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytesOf, cutAt, gzipped, offersIn, readAll, readBytes, verdictOf } from '../testing.ts';

const feed = bytesOf(
  '<yml_catalog><shop><offers><offer id="1"><name>Tent</name><price>5</price></offer></offers></shop></yml_catalog>',
);

/** A feed of so many bytes, all but the offer spaces. */
function padded(size: number): Uint8Array {
  const bytes = new Uint8Array(size + feed.byteLength).fill(0x20);
  bytes.set(feed.slice(0, 13));
  bytes.set(feed.slice(13), 13 + size);
  return bytes;
}

/** As a server sends it. */
function* pieces(size: number): Generator<number> {
  for (let at = 16_384; at < size; at += 16_384) yield at;
}

describe('an archive', () => {
  it.each([
    ['gzip', async () => gzipped(feed)],
    ['zlib', async () => gzipped(feed, 'deflate')],
    ['zip', async () => zipSync({ 'shop/feed.xml': feed })],
    ['zip', async () => zipSync({ 'feed.yml': [feed, { level: 0 }] })],
    ['zip', async () => zipSync({ 'feed.yml.zip': bytesOf('no'), '__MACOSX/feed.xml': bytesOf('no'), 'a.csv': feed })],
    ['gzip', async () => gzipped(zipSync({ 'feed.xml': feed }))],
  ] as const)('is known by its bytes: %s', async (archive, packed) => {
    const read = await readBytes(await packed(), { contentType: 'text/xml', fileName: 'feed.xml' });
    expect(offersIn(read).map(({ id }) => id)).toEqual(['1']);
    expect(verdictOf(read).archive).toBe(archive);
  });

  it.each([
    ['no-feed-in-archive', async () => zipSync({ 'readme.md': feed, 'photo.png': feed })],
    ['broken-archive', async () => (await gzipped(padded(100_000))).slice(0, -30)],
    ['broken-archive', async () => zipSync({ 'feed.xml': padded(100_000) }).slice(0, 60)],
    [
      'broken-archive',
      async () => (await gzipped(padded(100_000))).map((byte, at) => (at > 40 && at < 60 ? byte ^ 0xff : byte)),
    ],
    ['bomb', async () => gzipped(await gzipped(await gzipped(await gzipped(feed))))],
    ['bomb', async () => gzipped(padded(20_000_000))],
    ['bomb', async () => zipSync({ 'feed.xml': padded(20_000_000) })],
  ] as const)('is refused as %s', async (kind, packed) => {
    const bytes = await packed();
    const { refused, items } = await readAll(cutAt(bytes, [...pieces(bytes.byteLength)]));
    expect(refused?.problem.kind).toBe(kind);
    expect(items).toEqual([]);
  });

  it('of a feed that is larger than allowed is refused, and so is the feed itself', async () => {
    const noise = Uint8Array.from({ length: 300_000 }, () => 97 + Math.floor(Math.random() * 26));
    const large = Uint8Array.from([...bytesOf('<yml_catalog><!--'), ...noise, ...bytesOf('-->'), ...feed.slice(13)]);
    for (const bytes of [large, await gzipped(large)]) {
      expect((await readBytes(bytes, { maxBytes: 200_000 })).refused?.problem.kind).toBe('too-large');
      expect((await readBytes(bytes, { maxBytes: 400_000 })).refused).toBe(null);
    }
  });

  it('of a packing that is not read is refused before a byte is', async () => {
    expect((await readBytes(feed, { contentEncoding: 'br' })).refused?.problem.kind).toBe('unsupported-encoding');
  });

  it('lets what fails outside fail outside', async () => {
    const packed = await gzipped(padded(1_000_000));
    async function* dying(): AsyncGenerator<Uint8Array> {
      yield packed.slice(0, 500);
      throw new Error('the isolate died');
    }
    await expect(readAll(dying())).rejects.toThrow('the isolate died');
  });
});
