// What a push into `dataLayer` means in Winback's commands. Reads Google Analytics 4's e-commerce events and, of its older
// enhanced e-commerce, details, carts and purchases. Pure; everything else in the data layer is passed over.

export type Call = [command: string, fields: Record<string, unknown>];
type Fields = Record<string, unknown>;

interface Line {
  product: string;
  quantity: number;
  price?: number;
}

/** The calls that one push means, and which of the two dialects said so; none for what is not of a shop. */
export function callsOf(entry: unknown): { dialect: 'ga4' | 'ua'; calls: Call[] } {
  const push = pushOf(entry);
  const name = typeof push['event'] === 'string' ? push['event'] : '';
  const ecommerce = fieldsOf(push['ecommerce']);
  const ga4 = ga4Calls(name, push, ecommerce);
  return ga4.length > 0 ? { dialect: 'ga4', calls: ga4 } : { dialect: 'ua', calls: uaCalls(ecommerce) };
}

/** A push as an object; `gtag('event', 'purchase', {…})` pushes its arguments, whose parameters stand for `ecommerce`. */
function pushOf(entry: unknown): Fields {
  const fields = fieldsOf(entry);
  if (fields['0'] !== 'event') return fields;
  const parameters = fieldsOf(fields['2']);
  return { ...parameters, event: fields['1'], ecommerce: parameters };
}

function ga4Calls(name: string, push: Fields, ecommerce: Fields): Call[] {
  const items = linesOf(ecommerce['items']);
  const first = items[0]?.product;
  switch (name) {
    case 'view_item':
      return first ? [['view', { product: first }]] : [];
    case 'view_item_list': {
      const category = idOf(ecommerce['item_list_id']);
      return category ? [['category', { category }]] : [];
    }
    case 'search':
    case 'view_search_results': {
      const query = textOf(push['search_term']) ?? textOf(ecommerce['search_term']);
      return query ? [['search', { query: query.slice(0, 256) }]] : [];
    }
    case 'add_to_cart':
      return first ? [['cart', { change: 'add', items }]] : [];
    case 'remove_from_cart':
      return first ? [['cart', { change: 'remove', items }]] : [];
    case 'view_cart':
    case 'begin_checkout':
      return Array.isArray(ecommerce['items']) ? [['cart', { change: 'full', items }]] : [];
    case 'add_to_wishlist':
      return first ? [['wish', { change: 'add', products: items.map(({ product }) => product) }]] : [];
    case 'purchase':
      return [...whoCalls(name, push), ...orderCalls(idOf(ecommerce['transaction_id']), items, ecommerce['value'])];
    case 'login':
    case 'sign_up':
    case 'generate_lead':
      return whoCalls(name, push);
    default:
      return [];
  }
}

function uaCalls(ecommerce: Fields): Call[] {
  const productsIn = (action: string) => linesOf(fieldsOf(ecommerce[action])['products']);
  const detail = productsIn('detail')[0];
  const added = productsIn('add');
  const removed = productsIn('remove');
  const checkout = productsIn('checkout');
  const { id, revenue } = fieldsOf(fieldsOf(ecommerce['purchase'])['actionField']);
  return [
    ...(detail ? [['view', { product: detail.product }] satisfies Call] : []),
    ...(added.length > 0 ? [['cart', { change: 'add', items: added }] satisfies Call] : []),
    ...(removed.length > 0 ? [['cart', { change: 'remove', items: removed }] satisfies Call] : []),
    ...(checkout.length > 0 ? [['cart', { change: 'full', items: checkout }] satisfies Call] : []),
    ...orderCalls(idOf(id), productsIn('purchase'), revenue),
  ];
}

function orderCalls(order: string | null, items: Line[], total: unknown): Call[] {
  const amount = amountOf(total);
  if (!order || items.length === 0) return [];
  return [['purchase', { order, items, ...(amount === null ? {} : { total: amount }) }]];
}

/** An address in clear; a data layer never says that somebody agreed to letters. */
function whoCalls(source: string, push: Fields): Call[] {
  const places = [push, fieldsOf(push['user_data']), fieldsOf(push['user']), fieldsOf(push['ecommerce'])];
  const email = places
    .map((place) => textOf(place['email']) ?? textOf(place['email_address']))
    .find((one) => one?.includes('@'));
  return email ? [['identify', { email, consent: false, source }]] : [];
}

function linesOf(list: unknown): Line[] {
  if (!Array.isArray(list)) return [];
  return list.slice(0, 100).flatMap((one: unknown): Line[] => {
    const of = fieldsOf(one);
    const product = idOf(of['item_id']) ?? idOf(of['id']);
    if (product === null) return [];
    const quantity = Math.max(1, Math.round(amountOf(of['quantity']) ?? 1));
    const price = amountOf(of['price']);
    return [{ product, quantity, ...(price === null ? {} : { price }) }];
  });
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function idOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : textOf(value);
}

function amountOf(value: unknown): number | null {
  const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof amount === 'number' && Number.isFinite(amount) && amount >= 0 ? amount : null;
}
