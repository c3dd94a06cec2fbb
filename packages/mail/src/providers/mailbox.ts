// An address with a name, as JSON APIs take it in one string (RFC 5322 §3.4). A name never ends a header or begins an address.

/** `"Fjell & Fern" <letters@shop.example>`; the address alone where there is no name. */
export function mailbox({ name, address }: { name: string | null; address: string }): string {
  const words = plainName(name);
  return words === '' ? address : `"${words.replaceAll(/["\\]/g, '\\$&')}" <${address}>`;
}

/** A name without line breaks, control signs and signs that turn the direction of reading; at most 100 characters. */
export function plainName(name: string | null): string {
  const plain = (name ?? '').replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
  return plain.replaceAll(/\s+/g, ' ').trim().slice(0, 100);
}
