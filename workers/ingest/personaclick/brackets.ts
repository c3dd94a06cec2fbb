// Names with brackets, as PHP and Ruby write nested values into forms and addresses: `items[0][id]=37`, `items[][id]=37`,
// `attributes[email]=…`. Names that would reach into an object's prototype are left out.

type Fields = Record<string, unknown>;

const unsafe = new Set(['__proto__', 'constructor', 'prototype']);
const maxDepth = 8;

/** The pairs as one object; a list where every name of a level is a number, or none is given. Null: nested too deep. */
export function nested(pairs: Iterable<readonly [string, string]>): Fields | null {
  const root: Fields = {};
  for (const [name, value] of pairs) {
    const path = pathOf(name);
    if (path.length > maxDepth) return null;
    if (!path.some((part) => unsafe.has(part))) put(root, path, value);
  }
  return Object.fromEntries(Object.entries(root).map(([key, value]) => [key, listed(value)]));
}

/** `a[b][]` is a, b and an empty name. What is no such name stands for itself. */
function pathOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open < 1 || !name.endsWith(']')) return [name];
  return [name.slice(0, open), ...name.slice(open + 1, -1).split('][')];
}

/** Writes into `root`, which is being built and nobody else's. */
function put(root: Fields, path: readonly string[], value: string): void {
  let at = root;
  for (const [depth, part] of path.entries()) {
    const key = part === '' ? nextKey(at, path[depth + 1]) : part;
    if (/^\d{1,9}$/.test(key)) lengths.set(at, Math.max(lengths.get(at) ?? 0, Number(key) + 1));
    if (depth === path.length - 1) at[key] = value;
    else {
      const below = at[key];
      const next = isFields(below) ? below : {};
      at[key] = next;
      at = next;
    }
  }
}

/** One more than the highest number in a list that is being built. */
const lengths = new WeakMap<Fields, number>();

/** `items[][id]=1&items[][price]=2` is one item until a name comes again (Rack's rule, which the original's server follows). */
function nextKey(list: Fields, inner: string | undefined): string {
  const length = lengths.get(list) ?? 0;
  const last = list[String(length - 1)];
  const joins = inner !== undefined && inner !== '' && isFields(last) && !Object.hasOwn(last, inner);
  return String(joins ? length - 1 : length);
}

/** Lists keep the places of their values, for lists that belong together; one with wide gaps is closed up. */
const widest = 1_000;

function listed(value: unknown): unknown {
  if (!isFields(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, listed(inner)] as const);
  const length = lengths.get(value) ?? 0;
  if (!entries.every(([key]) => /^\d{1,9}$/.test(key))) return Object.fromEntries(entries);
  if (length > widest) return entries.map(([, inner]) => inner);
  const places = new Map(entries.map(([key, inner]) => [Number(key), inner]));
  return Array.from({ length }, (_, at) => places.get(at));
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
