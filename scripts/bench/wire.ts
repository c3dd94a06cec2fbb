// Views as clients of PersonaClick's wire post them.
import { createHash } from 'node:crypto';
import { demoShop } from '../demo-shop.ts';
import { products } from './shop.ts';

/** The id that a shop has on the wire unless it brought one: as `putShop` makes it. */
const wireShop = createHash('sha256').update(`winback legacy ${demoShop}`).digest('hex').slice(0, 30);
let made = 0;

/** Browsers of the wire in turn, each with an id that this product issued. */
export async function wireTurns(url: string, count: number): Promise<() => string> {
  const dids: string[] = [];
  while (dids.length < count) {
    const batch = Array.from({ length: Math.min(50, count - dids.length) }, () => newDid(url));
    dids.push(...(await Promise.all(batch)));
  }
  let at = 0;
  return () => {
    at = (at + 1) % dids.length;
    return dids[at] ?? '';
  };
}

async function newDid(url: string): Promise<string> {
  const answer = await fetch(`${url}/generate_ssid?shop_id=${wireShop}`);
  if (!answer.ok) throw new Error(`no id was given: ${await answer.text()}`);
  return answer.text();
}

/** Each of another session, so that none repeats another. */
export function wireView(did: string): string {
  made += 1;
  const sid = String(made).padStart(10, '0');
  const items = [{ id: products[made % products.length] }];
  return JSON.stringify({ shop_id: wireShop, stream: 'web', event: 'view', items, did, seance: sid, sid });
}
