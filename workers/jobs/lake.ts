// Raw events for the operator's own questions: a line for each, with the visit that it belongs to and without any address.
// At least once: a batch that comes again overwrites what it wrote, one that comes again in other company may repeat a line.
// `visitor`, `seq` and `id` together name a line.
import type { BeaconEvent, ShopId } from '@winback/domain';
import { hourPrefix, packed } from '../lake.ts';
import type { EventsMessage, OutboxRow } from '../messages.ts';
import { productIdsOf } from '../product-ids.ts';

type BeaconRow = Extract<OutboxRow, { kind: 'beacon' }>;

/**
 * Writes what is kept of a batch, one object for each hour in which it happened; `unknown` products are marked. The name is the
 * whole batch's: if it comes again after one of its Visitors was erased, what it wrote before is overwritten without them.
 */
export async function writeLake(
  lake: R2Bucket,
  shop: ShopId,
  of: { batch: readonly EventsMessage[]; kept: readonly EventsMessage[]; unknown: readonly string[] },
): Promise<void> {
  const missing = new Set(of.unknown);
  const lines = of.kept.flatMap(({ visitor, rows }) =>
    rows.flatMap((row) =>
      row.kind === 'beacon'
        ? row.events.map((event) => ({
            hour: hourPrefix(shop, event.at),
            text: lineOf({ visitor, row, event, missing }),
          }))
        : [],
    ),
  );
  if (lines.length === 0) return;
  const name = await nameOf(of.batch);
  const byHour = Map.groupBy(lines, ({ hour }) => hour);
  await Promise.all(
    [...byHour].map(async ([hour, ofHour]) => {
      const body = await packed(ofHour.map(({ text }) => text));
      await lake.put(`${hour}${name}.ndjson.gz`, body, { httpMetadata: { contentType: 'application/gzip' } });
    }),
  );
}

/** A name made of the rows, so that a batch that comes again overwrites itself. */
async function nameOf(messages: readonly EventsMessage[]): Promise<string> {
  const rows = messages.map(({ visitor, rows }) => `${visitor} ${rows[0]?.seq} ${rows.at(-1)?.seq}`);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(rows.sort().join('\n')));
  return [...new Uint8Array(digest).slice(0, 10)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function lineOf(of: { visitor: string; row: BeaconRow; event: BeaconEvent; missing: ReadonlySet<string> }): string {
  const { visitor, row, event, missing } = of;
  const { id, at, type, ...told } = withoutPerson(event);
  const unknown = productIdsOf(event).filter((product) => missing.has(product));
  const line = { visitor, seq: row.seq, id, at, type, ...told, ...(unknown.length > 0 ? { unknown } : {}) };
  return withoutAddresses(JSON.stringify({ ...line, takenAt: row.at, visit: visitOf(row) }));
}

/** The same fields in each line, so that a reader finds one shape; what is not known is null. */
function visitOf({ visit, sessionAt }: BeaconRow): Record<string, unknown> {
  const { country = null, timeZone = null, device = null, source = null, allowed = null, by = 'browser' } = visit;
  return { by, sessionAt: sessionAt ?? null, country, timeZone, device, source, allowed };
}

/** The lake keeps what was done, not who has which address or name. */
function withoutPerson(event: BeaconEvent): Pick<BeaconEvent, 'id' | 'at' | 'type'> & Record<string, unknown> {
  if (event.type === 'identify') {
    const { email: _email, name: _name, ...rest } = event;
    return rest;
  }
  if (event.type === 'profile') return { ...event, fields: Object.keys(event.fields) };
  if (event.type !== 'purchase' && event.type !== 'watch') return event;
  const { email: _email, ...rest } = event;
  return rest;
}

/** Addresses that hide in a page's address, a search or a field of the shop's own. */
function withoutAddresses(line: string): string {
  return line.replace(/[^\s"'<>:,;/?&=#\\]{1,64}(?:@|%40)[^\s"'<>:,;/?&=#\\@]{1,255}\.[a-z\u0080-\uffff]{2,}/gi, '…@…');
}
