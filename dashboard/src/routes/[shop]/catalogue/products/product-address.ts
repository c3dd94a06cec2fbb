// Where the page of a product is. An id may be any text, and what stands between a browser and us reads parts of an address in
// its own way (`..`, `%2F`): an id that is not plain goes as a sign of ours and base64url (RFC 4648 §5).
const plain = /^\w[\w.-]*$/;

export function productAddress(shop: string, id: string): string {
  return `/${shop}/catalogue/products/${plain.test(id) ? id : `~${encoded(id)}`}`;
}

export function idIn(part: string): string {
  return part.startsWith('~') ? decoded(part.slice(1)) : part;
}

function encoded(text: string): string {
  const bytes = String.fromCodePoint(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** What cannot be read stays as it is: there is no product of such an id. */
function decoded(text: string): string {
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(bytes, (sign) => sign.codePointAt(0) ?? 0));
  } catch {
    return text;
  }
}
