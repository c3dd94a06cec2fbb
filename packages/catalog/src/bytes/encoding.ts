// Which encoding a text is in. What the server, the prologue and the bytes say is compared; the bytes win, because a
// header is often wrong and a letter in the wrong encoding is never right.

/** The encodings the product speaks of; others that the Encoding standard knows are read where they are declared. */
export interface EncodingChoice {
  label: string;
  /** A sentence on who was wrong, for the merchant. */
  mismatch: string | null;
}

export interface Declared {
  /** From the byte order mark. */
  mark: string | null;
  /** From `Content-Type: …; charset=`. */
  header: string | null;
  /** From `<?xml encoding="…"?>`. */
  prologue: string | null;
}

/** UTF-16 and the byte order marks show in the first four bytes. */
export function markedEncoding([one, two, three, four]: Uint8Array): string | null {
  if (one === 0xef && two === 0xbb && three === 0xbf) return 'utf-8';
  if (one === 0xff && two === 0xfe) return 'utf-16le';
  if (one === 0xfe && two === 0xff) return 'utf-16be';
  if (one === 0 && two !== 0 && three === 0 && four !== 0) return 'utf-16be';
  if (one !== 0 && two === 0 && three !== 0 && four === 0) return 'utf-16le';
  return null;
}

export function headerEncoding(contentType: string | null): string | null {
  return labelOf(/charset=\s*["']?([\w.:-]+)/i.exec(contentType ?? '')?.[1]);
}

/** `ascii`: the first bytes, which are ASCII in every encoding that has a prologue to read. */
export function prologueEncoding(ascii: string): string | null {
  return labelOf(/<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]+)/i.exec(ascii)?.[1]);
}

/** The standard's name of an encoding, or null where nobody knows it. */
function labelOf(said: string | undefined): string | null {
  if (said === undefined) return null;
  const spelled = said
    .toLowerCase()
    .replace(/^(win|cp)-?(125\d)$/, 'windows-$2')
    .replace(/^utf8$/, 'utf-8');
  try {
    return new TextDecoder(spelled).encoding;
  } catch {
    return null; // a name that nobody knows says nothing: the bytes are asked
  }
}

/** Chooses by a window of the text that begins at its first byte beyond ASCII. */
export function encodingOf(window: Uint8Array, declared: Declared): EncodingChoice {
  const told = declared.mark ?? declared.header ?? declared.prologue;
  const seen = seenEncoding(window, declared);
  return {
    label: seen,
    mismatch: told === null || told === seen ? disagreement(declared, seen) : wrongly(declared, seen),
  };
}

function seenEncoding(window: Uint8Array, declared: Declared): string {
  const { letters, broken } = utf8Shapes(window);
  if (broken === 0 || letters > broken * 4) return 'utf-8';
  const single = [declared.header, declared.prologue].filter((label) => label !== null && !label.startsWith('utf-'));
  const cyrillic = cyrillicEncoding(window);
  // Two Cyrillic encodings are told apart by their letters; for any other a declaration is the only witness.
  const fits =
    single.find((label) => label === cyrillic) ?? single.find((label) => label !== null && !isCyrillic(label));
  return fits ?? cyrillic ?? single[0] ?? 'windows-1252';
}

function isCyrillic(label: string): boolean {
  return label === 'windows-1251' || label === 'koi8-r' || label === 'koi8-u';
}

function disagreement(declared: Declared, seen: string): string | null {
  const wrong = declared.prologue;
  return wrong !== null && wrong !== seen ? sentence('the XML prologue says', wrong, seen) : null;
}

function wrongly(declared: Declared, seen: string): string {
  if (declared.mark !== null) return sentence('the byte order mark says', declared.mark, seen);
  if (declared.header !== null) return sentence('the server says', declared.header, seen);
  return sentence('the XML prologue says', declared.prologue ?? '', seen);
}

function sentence(who: string, said: string, seen: string): string {
  return `${who} ${said}, the text is ${seen} and is read so: name the encoding that is used`;
}

/** Counts characters beyond ASCII that are well-formed UTF-8, and bytes that are not. */
function utf8Shapes(window: Uint8Array): { letters: number; broken: number } {
  let letters = 0;
  let broken = 0;
  for (let at = 0; at < window.length; ) {
    const length = utf8Length(window, at);
    if (length > 1) letters += 1;
    if (length === 0) broken += 1;
    at += Math.max(1, length);
  }
  return { letters, broken };
}

/** 0 where no character begins; a character that the window cuts off counts as one. */
function utf8Length(window: Uint8Array, at: number): number {
  const lead = window[at] ?? 0;
  if (lead < 0x80) return 1;
  const length =
    lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
  for (let next = 1; next < length; next += 1) {
    const byte = window[at + next];
    if (byte === undefined) return length;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

/**
 * Russian stands in runs of letters of which nine in ten are small. Small letters lie at E0–FF in windows-1251, at C0–DF in
 * KOI8-R. Null where the letters beyond ASCII stand alone, as in `café`.
 */
function cyrillicEncoding(window: Uint8Array): 'windows-1251' | 'koi8-r' | null {
  let high = 0;
  let inRuns = 0;
  let upperHalf = 0;
  for (let at = 0; at < window.length; at += 1) {
    const byte = window[at] ?? 0;
    if (byte < 0xc0) continue;
    high += 1;
    if (byte >= 0xe0) upperHalf += 1;
    if ((window[at + 1] ?? 0) >= 0xc0 || (window[at - 1] ?? 0) >= 0xc0) inRuns += 1;
  }
  if (high === 0 || inRuns < high * 0.7) return null;
  return upperHalf * 2 >= high ? 'windows-1251' : 'koi8-r';
}
