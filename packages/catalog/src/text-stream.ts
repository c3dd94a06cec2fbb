// Bytes to text. The byte order mark wins, then what the server said, then the XML prologue; UTF-8 otherwise.

const longestPrologue = 256;
type Decoder = InstanceType<typeof TextDecoder>;

/** Decodes a feed. A byte that the encoding does not know becomes U+FFFD and is the reader's to notice. */
export async function* textOf(stream: AsyncIterable<Uint8Array>, contentType: string | null): AsyncGenerator<string> {
  let decoder: Decoder | null = null;
  let head = new Uint8Array();
  for await (const chunk of stream) {
    if (decoder) {
      yield decoder.decode(chunk, { stream: true });
      continue;
    }
    head = joined(head, chunk);
    if (head.byteLength < longestPrologue) continue;
    decoder = decoderFor(head, contentType);
    yield decoder.decode(head, { stream: true });
  }
  decoder ??= decoderFor(head, contentType);
  yield head.byteLength < longestPrologue ? decoder.decode(head) : decoder.decode();
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.byteLength + other.byteLength);
  both.set(one);
  both.set(other, one.byteLength);
  return both;
}

function decoderFor(head: Uint8Array, contentType: string | null): Decoder {
  const label =
    byteOrderMark(head) ?? /charset=["']?([\w-]+)/i.exec(contentType ?? '')?.[1] ?? prologueEncoding(head) ?? 'utf-8';
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder(); // a label that nobody knows: most feeds are UTF-8 whatever they claim
  }
}

function byteOrderMark([one, two, three]: Uint8Array): string | null {
  if (one === 0xef && two === 0xbb && three === 0xbf) return 'utf-8';
  if (one === 0xff && two === 0xfe) return 'utf-16le';
  return one === 0xfe && two === 0xff ? 'utf-16be' : null;
}

function prologueEncoding(head: Uint8Array): string | null {
  const ascii = String.fromCharCode(...head.subarray(0, longestPrologue));
  return /^\s*<\?xml[^>]*encoding=["']([\w-]+)["']/i.exec(ascii)?.[1] ?? null;
}
