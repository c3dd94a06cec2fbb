// Who has to be asked when a product comes back or costs less: those who said so, and those who keep it in the cart or on the wish
// list, as long as the shop tells them of lower prices.
import type { Database } from '@winback/db';
import { devicesOf, dropWatches, putKept, putWatches } from '@winback/db';
import type { BeaconEvent, EventOf, PersonId, ShopId, ShopSettings } from '@winback/domain';
import { deviceName, moneyFrom, scenarioIn } from '@winback/domain';
import type { EventsMessage, OutboxRow } from '../messages.ts';

type Answered = Extract<OutboxRow, { kind: 'answered' }>;

export async function writeWatches(
  db: Database,
  shop: ShopId,
  messages: readonly EventsMessage[],
  settings: ShopSettings,
): Promise<void> {
  if (scenarioIn(settings, 'product_price_decrease').on) await putKept(db, shop, messages.flatMap(keptOf));
  for (const { visitor, person, rows } of messages)
    for (const row of rows) {
      if (row.kind === 'answered') await writeAnswered(db, shop, { visitor, person }, row);
      if (row.kind !== 'beacon') continue;
      for (const event of row.events.filter(isWatch))
        await writeWatch(db, shop, { visitor, person, currency: settings.currency }, event);
    }
}

async function writeWatch(
  db: Database,
  shop: ShopId,
  { visitor, person, currency }: { visitor: string; person: PersonId | null; currency: string },
  { change, products, waitsFor, price, properties = {}, at }: EventOf<'watch'>,
): Promise<void> {
  if (change === 'remove') return dropWatches(db, shop, { visitor, waitsFor, products, until: at });
  const priceMinor = price === undefined ? null : moneyFrom(price, currency).minor;
  const watch = { visitor, person, waitsFor, priceMinor, properties, at };
  await putWatches(
    db,
    shop,
    products.map((product) => ({ ...watch, product })),
  );
}

/** A letter told of these products: nobody waits for them any more, on whichever of their browsers they said so. */
async function writeAnswered(
  db: Database,
  shop: ShopId,
  { visitor, person }: { visitor: string; person: PersonId | null },
  { waitsFor, products, at: until }: Answered,
): Promise<void> {
  const devices = person === null ? [] : await devicesOf(db, shop, person);
  for (const name of [visitor, ...devices.map((device) => deviceName(shop, device))])
    await dropWatches(db, shop, { visitor: name, waitsFor, products, until });
}

/** What a known person put into the cart or on the wish list. What they took out again, they are asked about once and forgotten. */
function keptOf({
  visitor,
  person,
  rows,
}: EventsMessage): { visitor: string; person: PersonId; product: string; at: number }[] {
  if (person === null) return [];
  return rows.flatMap((row) => {
    if (row.kind === 'kept') return row.products.map((product) => ({ visitor, person, product, at: row.at }));
    const events = row.kind === 'beacon' ? row.events : [];
    return events.flatMap((event) => keptBy(event).map((product) => ({ visitor, person, product, at: event.at })));
  });
}

function keptBy(event: BeaconEvent): string[] {
  if ((event.type !== 'cart' && event.type !== 'wish') || event.change === 'remove') return [];
  return event.type === 'wish' ? event.products : event.items.map(({ product }) => product);
}

function isWatch(event: BeaconEvent): event is EventOf<'watch'> {
  return event.type === 'watch';
}
