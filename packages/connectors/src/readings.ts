// Small readings that all platforms share: ids, amounts, moments and names, from whatever a payload has there.
import type { OrderWord } from './heard.ts';

const eventId = /^[A-Za-z0-9_-]{8,64}$/;
const visitorId = /^[A-Za-z0-9_-]{4,64}$/;

/** An event's id from another system's: itself where it fits, a digest where it does not. The same in, the same out. */
export async function eventIdOf(text: string): Promise<string> {
  return eventId.test(text) ? text : `x-${await digestOf(text)}`;
}

/** The same for a browser's id. */
export async function visitorIdOf(text: string): Promise<string> {
  return visitorId.test(text) ? text : `x-${await digestOf(text)}`;
}

/** 160 bits of SHA-256, in hex. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest).slice(0, 20)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A number that may be written as a text (`"19.90"`); undefined: there is none. */
export function amountOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const amount = Number(value);
  return Number.isFinite(amount) ? amount : undefined;
}

/** An id that may be a number; undefined: there is none. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? String(value) : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** The fields of an object; none where it is not one. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A moment from a date of ISO 8601; undefined: it cannot be read. */
export function momentOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && !(value instanceof Date)) return undefined;
  const at = new Date(value).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** A name as the house writes names: lower case, digits, `_`; undefined: nothing of it is left. */
export function safeNameOf(text: string): string | undefined {
  const name = text
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 64);
  return name === '' ? undefined : name;
}

/** Fields under safe names, as many as fit into so many characters of JSON; what is empty or nameless is left out. */
export function safeFieldsOf(fields: Record<string, unknown>, maxCharacters: number): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let characters = 2;
  for (const [key, value] of Object.entries(fields)) {
    const name = safeNameOf(key);
    if (name === undefined || value === undefined || value === null) continue;
    const size = JSON.stringify({ [name]: value }).length;
    if (characters + size > maxCharacters) continue;
    kept[name] = value;
    characters += size;
  }
  return kept;
}

/** An order's lines as shop systems list them: `product_id`, `quantity`, `price`. What names no product is left out. */
export function orderLinesOf(list: unknown): OrderWord['items'] {
  if (!Array.isArray(list)) return [];
  return list
    .map(fieldsOf)
    .flatMap((line) => {
      const product = idOf(line['product_id']);
      const quantity = Math.round(amountOf(line['quantity']) ?? 1);
      const price = amountOf(line['price']);
      return product && quantity >= 1 ? [{ product, quantity, ...(price === undefined ? {} : { price }) }] : [];
    })
    .slice(0, 100);
}

/** `name` from `first_name` and `last_name`; nothing where there is neither. */
export function fullNameOf(of: Record<string, unknown>): { name?: string } {
  const name = [of['first_name'], of['last_name']].flatMap((part) => textOf(part) ?? []).join(' ');
  return name ? { name: name.slice(0, 120) } : {};
}
