// WooCommerce's webhooks: orders as they change, customers as they come. Products and orders are meant by their numbers
// (`product_id`, `id`), not by variations or printed order numbers: the plugin on the storefront says the same ones.
import type { Heard, OrderWord } from './heard.ts';
import { extrasOfWooCommerce } from './order-extras.ts';
import {
  amountOf,
  eventIdOf,
  fieldsOf,
  fullNameOf,
  idOf,
  momentOf,
  orderLinesOf,
  safeFieldsOf,
  textOf,
} from './readings.ts';

export interface WooCommerceHook {
  /** `X-WC-Webhook-Topic`. */
  topic: string;
  now: number;
}

/** What our plugin notes where the shopper ticked its box: on the order, and on the customer. */
const consentKeys = ['_winback_consent', 'winback_consent'];
/** An order's life as WooCommerce has it; a status that is not here (`pending`, `failed`, a draft) is no order yet. */
const statuses: Readonly<Record<string, OrderWord['status']>> = {
  'on-hold': 'created',
  processing: 'created',
  completed: 'completed',
  cancelled: 'cancelled',
  refunded: 'cancelled',
};

/** What one delivery comes to. */
export async function eventsOfWooCommerce(payload: unknown, hook: WooCommerceHook): Promise<Heard[]> {
  const body = fieldsOf(payload);
  if (hook.topic === 'order.created' || hook.topic === 'order.updated') return orderIn(body, hook);
  if (hook.topic === 'customer.created') return customerIn(body, hook);
  return [{ kind: 'not-ours' }];
}

async function orderIn(body: Record<string, unknown>, { now }: WooCommerceHook): Promise<Heard[]> {
  const order = idOf(body['id']);
  if (!order) return [{ kind: 'refused', path: 'id', message: 'an order has a number' }];
  const status = statuses[textOf(body['status']) ?? ''];
  if (!status) return [{ kind: 'not-ours' }];
  const items = orderLinesOf(body['line_items']);
  if (items.length === 0)
    return [{ kind: 'refused', path: 'line_items', message: 'none of this order’s lines is a product of the shop' }];
  const billing = fieldsOf(body['billing']);
  const email = textOf(billing['email']);
  const externalId = idOf(body['customer_id']);
  const placedAt = Math.min(gmt(body['date_created_gmt']) ?? now, now);
  const total = amountOf(body['total']);
  const at = Math.min(gmt(body['date_modified_gmt']) ?? now, now);
  const word: OrderWord = { order, status, at, placedAt, email: email ?? null, items, total: total ?? null };
  if (status === 'cancelled' || (!email && !externalId)) return [{ kind: 'order', word }];
  const person = { ...(email ? { email } : {}), ...(externalId ? { externalId } : {}) };
  const event = async (what: string, more: Record<string, unknown>): Promise<Heard> => ({
    kind: 'event',
    item: { person, at: placedAt, id: await eventIdOf(`woo-${what}-${order}`), ...more },
  });
  const name = fullNameOf(billing);
  return [
    ...(email
      ? [
          await event('buyer', {
            type: 'identify',
            email,
            consent: agreedIn(body),
            source: 'woocommerce checkout',
            ...name,
          }),
        ]
      : []),
    await event('order', {
      type: 'purchase',
      order,
      items,
      ...(email ? { email } : {}),
      ...(total === undefined ? {} : { total }),
      ...extrasOfWooCommerce(body),
    }),
    { kind: 'order', word },
  ];
}

async function customerIn(body: Record<string, unknown>, { now }: WooCommerceHook): Promise<Heard[]> {
  const email = textOf(body['email']);
  const externalId = idOf(body['id']);
  if (!email || !externalId) return [{ kind: 'not-ours' }];
  const at = Math.min(gmt(body['date_created_gmt']) ?? now, now);
  const person = { email, externalId };
  const fields = safeFieldsOf(
    { external_id: externalId, first_name: textOf(body['first_name']), last_name: textOf(body['last_name']) },
    7_500,
  );
  const idFor = (what: string) => eventIdOf(`woo-${what}-customer-${externalId}`);
  return [
    {
      kind: 'event',
      item: {
        person,
        at,
        id: await idFor('who'),
        type: 'identify',
        email,
        consent: agreedIn(body),
        source: 'woocommerce account',
        ...fullNameOf(body),
      },
    },
    { kind: 'event', item: { person, at, id: await idFor('profile'), type: 'profile', fields } },
  ];
}

/** WooCommerce's dates of GMT carry no zone. */
function gmt(value: unknown): number | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : momentOf(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

function agreedIn(body: Record<string, unknown>): boolean {
  const list = body['meta_data'];
  if (!Array.isArray(list)) return false;
  return list.map(fieldsOf).some(({ key, value }) => consentKeys.includes(String(key)) && value === 'yes');
}
