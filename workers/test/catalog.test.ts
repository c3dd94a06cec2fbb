// The reader of feeds where it works: the runtime of Workers has its own decoders and streams.
import { readFeed } from '@winback/catalog';
import { describe, expect, it } from 'vitest';

const yml =
  '<yml_catalog><shop><offers><offer id="1"><name>Палатка четырёхместная</name><price>1 299,90</price></offer></offers></shop></yml_catalog>';

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.slice(at, at + size);
}

async function read(
  bytes: Uint8Array,
  size = 1_000,
): Promise<{ names: string[]; encoding: string; archive: string | null }> {
  const names: string[] = [];
  for await (const item of readFeed(cut(bytes, size), { currency: 'RUB', now: 0 })) {
    if (item.kind === 'offer') names.push(item.offer.name);
    if (item.kind === 'verdict') return { names, encoding: item.verdict.encoding, archive: item.verdict.archive };
  }
  throw new Error('no verdict');
}

function encoded(text: string, label: string): Uint8Array {
  const decoder = new TextDecoder(label);
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Uint8Array.of(byte)), byte]));
  return Uint8Array.from([...text].map((letter) => bytes.get(letter) ?? 0x3f));
}

function utf16(text: string): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at += 1) bytes.setUint16(at * 2, text.charCodeAt(at));
  return new Uint8Array(bytes.buffer);
}

async function packed(bytes: Uint8Array, format: 'gzip' | 'deflate'): Promise<Uint8Array> {
  const body = new Response(bytes).body?.pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(body).arrayBuffer());
}

/** A zip of one stored file (APPNOTE 4.3). */
function zip(name: string, bytes: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(30));
  head.setUint32(0, 0x504b0304);
  head.setUint16(4, 20, true);
  head.setUint32(18, bytes.byteLength, true);
  head.setUint32(22, bytes.byteLength, true);
  head.setUint16(26, name.length, true);
  return Uint8Array.from([...new Uint8Array(head.buffer), ...new TextEncoder().encode(name), ...bytes]);
}

/** A feed that begins with a long comment which hardly packs. */
function noiseInFeed(size: number): Uint8Array {
  const noise = Uint8Array.from({ length: size }, () => 65 + Math.floor(Math.random() * 26));
  noise.set(new TextEncoder().encode('<yml_catalog><!--'));
  return noise;
}

const plain = new TextEncoder().encode(yml);

describe('in workerd a feed is read', () => {
  it.each([
    ['utf-8', plain],
    ['windows-1251', encoded(yml, 'windows-1251')],
    ['koi8-r', encoded(yml, 'koi8-r')],
    ['utf-16be', utf16(yml)],
  ])('in %s', async (encoding, bytes) => {
    for (const size of [1, 7, 1_000])
      expect(await read(bytes, size)).toEqual({ names: ['Палатка четырёхместная'], encoding, archive: null });
  });

  it.each([
    ['gzip', () => packed(plain, 'gzip')],
    ['zlib', () => packed(plain, 'deflate')],
    ['zip', async () => zip('feed.xml', plain)],
  ])('out of %s', async (archive, bytes) => {
    for (const size of [1, 1_000])
      expect(await read(await bytes(), size)).toMatchObject({ names: { length: 1 }, archive });
  });

  it.each([
    ['a table', 'id,title,price\n1,"Палатка, ""новая""",5\n'],
    ['JSON', '{"items":[{"id":1,"name":"Палатка","price":5}]}'],
    ['JSON Lines', '{"id":1,"name":"Палатка","price":5}\n{"id":2,"name":"Лодка","price":5}\n'],
  ])('from %s', async (_what, text) => {
    for (const size of [1, 1_000])
      expect((await read(new TextEncoder().encode(text), size)).names[0]).toMatch(/^Палатка/);
  });

  it('no further than an archive is whole, and no bomb is unpacked', async () => {
    const cutOff = (await packed(plain, 'gzip')).slice(0, -20);
    await expect(read(cutOff)).rejects.toMatchObject({ problem: { kind: 'broken-archive' } });
    const spaces = new Uint8Array(20_000_000).fill(0x20);
    spaces.set(new TextEncoder().encode('<yml_catalog>'));
    await expect(read(await packed(spaces, 'gzip'), 4_000)).rejects.toMatchObject({ problem: { kind: 'bomb' } });
  });

  it('lets what fails outside fail outside, also within an archive', async () => {
    const bytes = await packed(noiseInFeed(200_000), 'gzip');
    async function* dying(): AsyncGenerator<Uint8Array> {
      yield bytes.slice(0, 50_000);
      throw new RangeError('too much');
    }
    const reading = async () => {
      for await (const _item of readFeed(dying(), { currency: 'RUB', now: 0 }));
    };
    await expect(reading()).rejects.toThrow('too much');
  });

  it('says so where an archive is damaged', async () => {
    const bytes = (await packed(noiseInFeed(50_000), 'gzip')).map((byte, at) =>
      at > 2_000 && at < 2_100 ? byte ^ 0xff : byte,
    );
    await expect(read(bytes)).rejects.toMatchObject({ problem: { kind: 'broken-archive' } });
  });
});
