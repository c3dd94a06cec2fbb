// As much of DER (ITU-T X.690) as signatures and certificates ask for.

interface Element {
  tag: number;
  /** With its head. */
  whole: Uint8Array<ArrayBuffer>;
  content: Uint8Array<ArrayBuffer>;
}

const sequence = 0x30;
const integer = 0x02;

/** The elements that lie in these bytes, one behind another; null: they are no DER. */
function elementsOf(bytes: Uint8Array<ArrayBuffer>): Element[] | null {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0x80;
    const more = first > 0x80 ? first - 0x80 : 0;
    if (first === 0x80 || more > 3) return null;
    let length = more === 0 ? first : 0;
    for (let n = 0; n < more; n += 1) length = length * 256 + (bytes[at + 2 + n] ?? 0);
    const start = at + 2 + more;
    if (start + length > bytes.length) return null;
    elements.push({ tag, whole: bytes.slice(at, start + length), content: bytes.slice(start, start + length) });
    at = start + length;
  }
  return elements;
}

function inside(element: Element | undefined, tag: number): Element[] | null {
  return element?.tag === tag ? elementsOf(element.content) : null;
}

/** An ECDSA signature on P-256 as WebCrypto wants it, r and s in 32 bytes each; null: it is none. */
export function ecdsaSignature(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const outer = elementsOf(der);
  const parts = outer?.length === 1 ? inside(outer[0], sequence) : null;
  if (parts?.length !== 2) return null;
  const raw = new Uint8Array(64);
  for (const [at, part] of parts.entries()) {
    const number = part.content.slice(part.content.findIndex((byte) => byte !== 0));
    if (part.tag !== integer || number.length > 32) return null;
    raw.set(number, (at + 1) * 32 - number.length);
  }
  return raw;
}

/** The public key of an X.509 certificate (RFC 5280 §4.1), as WebCrypto's `spki`; null: it is no certificate. */
export function publicKeyOf(pem: string): Uint8Array<ArrayBuffer> | null {
  const base64 = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (base64 === undefined) return null;
  try {
    const der = Uint8Array.from(atob(base64.replace(/\s+/g, '')), (sign) => sign.charCodeAt(0));
    const certificate = inside(elementsOf(der)?.[0], sequence);
    const signed = inside(certificate?.[0], sequence);
    // Version (absent in the first one), number, algorithm, issuer, validity, subject; then the key.
    const at = signed?.[0]?.tag === 0xa0 ? 6 : 5;
    return signed?.[at]?.tag === sequence ? signed[at].whole : null;
  } catch {
    return null; // not base64
  }
}
