// Shopify's webhooks: what became of orders, who customers are, and the topics that its privacy rules ask every app to answer.
// Orders and products are meant by their numbers (`id`, `product_id`), not by names ("#1001") or variants: a feed of such a
// shop has one offer a product.
import type { Heard, OrderWord } from './heard.ts';
import { extrasOfShopify } from './order-extras.ts';
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

export interface ShopifyHook {
  /** `X-Shopify-Topic`. */
  topic: string;
  /** `X-Shopify-Webhook-Id`: the same when a delivery is tried again. */
  delivery: string;
  now: number;
}

/** What one delivery comes to. */
export async function eventsOfShopify(payload: unknown, hook: ShopifyHook): Promise<Heard[]> {
  const body = fieldsOf(payload);
  switch (hook.topic) {
    case 'orders/create':
    case 'orders/paid':
    case 'orders/updated':
    case 'orders/cancelled':
      return orderIn(body, hook);
    case 'customers/create':
    case 'customers/update':
      return customerIn(body, hook);
    case 'customers/redact':
      return [{ kind: 'forget', ...customerOf(body) }];
    case 'customers/data_request':
      return [{ kind: 'data-request', ...customerOf(body) }];
    case 'shop/redact':
      return [{ kind: 'closed' }];
    default:
      return [{ kind: 'not-ours' }];
  }
}

/** Whom Shopify's privacy topics are about. */
function customerOf(body: Record<string, unknown>): { email: string | null; externalId: string | null } {
  const customer = fieldsOf(body['customer']);
  return { email: textOf(customer['email']) ?? null, externalId: idOf(customer['id']) ?? null };
}

async function orderIn(body: Record<string, unknown>, { topic, now }: ShopifyHook): Promise<Heard[]> {
  const order = idOf(body['id']);
  if (!order) return [{ kind: 'refused', path: 'id', message: 'an order has a number' }];
  // Orders of Shopify's own test gateway are nobody's.
  if (body['test'] === true) return [{ kind: 'not-ours' }];
  const customer = fieldsOf(body['customer']);
  const email = textOf(body['email']) ?? textOf(body['contact_email']) ?? textOf(customer['email']);
  const items = orderLinesOf(body['line_items']);
  if (items.length === 0)
    return [{ kind: 'refused', path: 'line_items', message: 'none of this order’s lines is a product of the shop' }];
  const placedAt = Math.min(momentOf(body['processed_at']) ?? momentOf(body['created_at']) ?? now, now);
  const total = amountOf(body['total_price']);
  const word: OrderWord = {
    order,
    ...statusOf(body, { topic, now }),
    placedAt,
    email: email ?? null,
    items,
    total: total ?? null,
  };
  if (word.status === 'cancelled') return [{ kind: 'order', word }];
  const person = personOf(customer, email);
  if (!person) return [{ kind: 'order', word }];
  const event = async (what: string, more: Record<string, unknown>): Promise<Heard> => ({
    kind: 'event',
    item: { person, at: placedAt, id: await eventIdOf(`shopify-${what}-${order}`), ...more },
  });
  const agreed = body['buyer_accepts_marketing'] === true;
  return [
    ...(email
      ? [
          await event('buyer', {
            type: 'identify',
            email,
            consent: agreed,
            source: 'shopify checkout',
            ...fullNameOf(customer),
          }),
        ]
      : []),
    await event('order', {
      type: 'purchase',
      order,
      items,
      ...(email ? { email } : {}),
      ...(total === undefined ? {} : { total }),
      ...extrasOfShopify(body),
    }),
    { kind: 'order', word },
  ];
}

function statusOf(
  body: Record<string, unknown>,
  { topic, now }: { topic: string; now: number },
): Pick<OrderWord, 'status' | 'at'> {
  const cancelledAt = momentOf(body['cancelled_at']);
  const changedAt = Math.min(momentOf(body['updated_at']) ?? now, now);
  if (cancelledAt !== undefined || topic === 'orders/cancelled')
    return { status: 'cancelled', at: cancelledAt ?? changedAt };
  if (body['financial_status'] === 'refunded' || body['financial_status'] === 'voided')
    return { status: 'cancelled', at: changedAt };
  if (body['financial_status'] === 'paid' || topic === 'orders/paid') return { status: 'completed', at: changedAt };
  return { status: 'created', at: changedAt };
}

async function customerIn(body: Record<string, unknown>, { delivery, now }: ShopifyHook): Promise<Heard[]> {
  const email = textOf(body['email']);
  const person = personOf(body, email);
  if (!email || !person) return [{ kind: 'not-ours' }];
  const consent = fieldsOf(body['email_marketing_consent']);
  const state = textOf(consent['state']);
  const changedAt = Math.min(momentOf(body['updated_at']) ?? now, now);
  const profile = safeFieldsOf(
    {
      external_id: person['externalId'],
      phone: textOf(body['phone']),
      first_name: textOf(body['first_name']),
      last_name: textOf(body['last_name']),
      tags: textOf(body['tags']),
    },
    7_500,
  );
  const event = async (what: string, more: Record<string, unknown>): Promise<Heard> => ({
    kind: 'event',
    item: { person, at: changedAt, id: await eventIdOf(`shopify-${what}-${delivery}`), ...more },
  });
  return [
    await event('who', {
      type: 'identify',
      email,
      consent: state === 'subscribed',
      source: 'shopify',
      ...fullNameOf(body),
    }),
    await event('profile', { type: 'profile', fields: profile }),
    ...(state === 'unsubscribed' || state === 'redacted'
      ? [{ kind: 'left', email, at: momentOf(consent['consent_updated_at']) ?? changedAt } as const]
      : []),
  ];
}

function personOf(customer: Record<string, unknown>, email: string | undefined): Record<string, string> | null {
  const externalId = idOf(customer['id']);
  if (!email && !externalId) return null;
  return { ...(email ? { email } : {}), ...(externalId ? { externalId } : {}) };
}
