// What a link says of the address it was sent to: enough to see that it is still the person's, and nothing to read.
import { addressDigest } from '@winback/db';
import type { ShopId } from '@winback/domain';

/** The beginning of the address's digest, 68 bits of it. */
export async function addressMark(shop: ShopId, email: string): Promise<string> {
  return (await addressDigest(shop, email)).slice('sha256:'.length).slice(0, 17);
}
