// Who signed a webhook: HMAC-SHA256 over the raw body, in base64, as Shopify and WooCommerce both send it.

const utf8 = new TextEncoder();

/** True where `signature` was made from this body with this secret. Takes the same time whatever is wrong (`crypto.subtle.verify`). */
export async function isSignedBy(secret: string, body: string, signature: string | null): Promise<boolean> {
  const bytes = bytesOf(signature ?? '');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), algorithm, false, ['verify']);
  return crypto.subtle.verify('HMAC', key, bytes, utf8.encode(body));
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch {
    return new Uint8Array(); // not base64: no signature fits
  }
}
