// Tables that people open in a spreadsheet. A cell that begins with one of = + - @, a tab or a line break is taken for a formula
// there (OWASP, CSV injection): an apostrophe before it makes it text.

const dangerous = /^[=+\-@\t\r\n＝＋－＠]/;

/** One cell, quoted where RFC 4180 wants it. */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && dangerous.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table that somebody else wrote, with its dangerous cells made safe; what was safe stays as it is, byte by byte. */
export function safeCsv(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const cells = new CellWalk();
  return new TransformStream({
    transform: (chunk, controller) =>
      controller.enqueue(encoder.encode(cells.safe(decoder.decode(chunk, { stream: true })))),
    flush: (controller) => controller.enqueue(encoder.encode(cells.safe(decoder.decode()))),
  });
}

type Place = 'start' | 'quoted-start' | 'plain' | 'quoted' | 'quote-in-quoted';

/** Knows, across chunks, where a cell begins. */
class CellWalk {
  #place: Place = 'start';

  safe(text: string): string {
    let out = '';
    for (const sign of text) {
      if (this.#begins(sign) && dangerous.test(sign) && !this.#ends(sign)) out += "'";
      out += sign;
      this.#place = this.#after(sign);
    }
    return out;
  }

  #begins(sign: string): boolean {
    return sign !== '"' && (this.#place === 'start' || this.#place === 'quoted-start');
  }

  /** A line break outside of quotes ends an empty cell, it begins none. */
  #ends(sign: string): boolean {
    return this.#place === 'start' && (sign === '\r' || sign === '\n');
  }

  #after(sign: string): Place {
    if (this.#place === 'quoted' || this.#place === 'quoted-start') return sign === '"' ? 'quote-in-quoted' : 'quoted';
    if (sign === '"' && this.#place === 'start') return 'quoted-start';
    if (sign === '"' && this.#place === 'quote-in-quoted') return 'quoted';
    return sign === ',' || sign === '\n' || sign === '\r' ? 'start' : 'plain';
  }
}
