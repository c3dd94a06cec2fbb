// What a call of PersonaClick's wire says, however it says it: JSON, a form with brackets, everything in the address, a GET
// with a body. The clients of twelve years differ in all of this; behind here they do not. What cannot be read is refused
// with the status that the original gave.
import { HTTPException } from 'hono/http-exception';
import { nested } from './brackets.ts';

/** Names and values as they came: nothing is checked yet. */
export type Params = Readonly<Record<string, unknown>>;

/**
 * Bytes of a body: of a browser's call (as of a beacon), of an import, and of what is read whole of one. The original took 32 MB
 * and advised 5,000 items. JSON of 4 MB takes some 30 MB as what it says: an isolate has 128 MB for all of its requests.
 */
export const bodyLimits = { call: 65_536, import: 33_554_432, whole: 4_194_304 } as const;

const maxDepth = 12;
const unsafe: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** The parameters of a call; those of the body count before those of the address. Throws an {@link HTTPException}. */
export async function paramsOf(request: Request, maxBytes: number): Promise<Params> {
  const query = queryOf(request);
  if (!request.body) return query;
  const body = await bodyOf(request, maxBytes);
  return { ...query, ...body };
}

/** The parameters of the address. */
export function queryOf(request: Request): Params {
  const { search, searchParams } = new URL(request.url);
  if (search === '') return {};
  const pairs = doublyEncoded(request)
    ? [...searchParams].map(([name, value]) => [name, decodedOnceMore(value)] as const)
    : searchParams;
  return nested(pairs) ?? tooDeep();
}

/** The React Native SDK 4.0.18 writes reserved signs of GET parameters twice (`@` as `%2540`), and nobody else does. */
function doublyEncoded({ method, headers }: Request): boolean {
  return method === 'GET' && (headers.get('user-agent') ?? '').startsWith('ReactNative ');
}

function decodedOnceMore(value: string): string {
  return value.replace(/%(?:2[1346789ABCF]|3[ABDF]|40|5[BD])/gi, decodeURIComponent);
}

async function bodyOf(request: Request, maxBytes: number): Promise<Params> {
  const type = request.headers.get('content-type') ?? '';
  const bytes = await bytesOf(request, maxBytes);
  if (!bytes) throw new HTTPException(413, { message: `The request is larger than ${maxBytes} bytes` });
  return paramsIn(bytes, type);
}

/** The parameters of a body that is there. */
export async function paramsIn(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>, type: string): Promise<Params> {
  if (type.startsWith('multipart/form-data')) return formDataOf(bytes, type);
  const text = new TextDecoder().decode(bytes).trim();
  if (text === '') return {};
  // Bodies are known by how they begin: some plugins send JSON and call it a form.
  if (text.startsWith('{') || text.startsWith('[') || type.includes('json')) return jsonOf(text);
  return nested(new URLSearchParams(text)) ?? tooDeep();
}

/** Null where the body is larger: reading stops there. */
async function bytesOf(request: Request, maxBytes: number): Promise<ArrayBuffer | null> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > maxBytes) return null;
  if (announced > 0) return request.arrayBuffer();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > maxBytes) return null; // leaving the loop cancels the stream
  }
  return new Blob(chunks).arrayBuffer();
}

/** Files are left out: nothing of ours takes any. */
async function formDataOf(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>, type: string): Promise<Params> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch(() => null);
  if (!form) throw new HTTPException(400, { message: 'The form cannot be read' });
  const pairs = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  return nested(pairs) ?? tooDeep();
}

function jsonOf(text: string): Params {
  const value = jsonValueOf(text);
  if (!isRecord(value)) throw new HTTPException(400, { message: 'The body is a JSON object' });
  return value;
}

/** What a text says as JSON, without names that reach into prototypes. Throws 400 where it is none, or nested too deep. */
export function jsonValueOf(text: string): unknown {
  const value = parsed(text);
  if (value === undefined) throw new HTTPException(400, { message: 'This is not JSON' });
  if (!isShallow(value, 0)) tooDeep();
  return withoutUnsafe(value, text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // the caller says so
  }
}

function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth < maxDepth && Object.values(value).every((inner) => isShallow(inner, depth + 1));
}

/** The value without names that reach into prototypes; the same value where the text holds none, which is always. */
function withoutUnsafe(value: unknown, text: string): unknown {
  if (!/__proto__|constructor|prototype|\\u/.test(text)) return value;
  const safe = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(safe);
    if (!isRecord(one)) return one;
    return Object.fromEntries(
      Object.entries(one).flatMap(([key, inner]) => (unsafe.includes(key) ? [] : [[key, safe(inner)]])),
    );
  };
  return safe(value);
}

function tooDeep(): never {
  throw new HTTPException(400, { message: 'The request is nested too deep' });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not empty, trimmed; numbers count as texts. Null: there is none. */
export function textIn(params: Params, name: string): string | null {
  const value = params[name];
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}

/** A number, or a text that is one. Null: there is none. */
export function numberIn(params: Params, name: string): number | null {
  const text = textIn(params, name);
  const number = text === null ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** `true`, `1`, `"yes"` and their opposites, as forms and plugins write them. Null: not said. */
export function flagIn(params: Params, name: string): boolean | null {
  const value = params[name];
  if (typeof value === 'boolean') return value;
  const text = textIn(params, name)?.toLowerCase();
  return text === undefined ? null : !['0', 'false', 'no', 'off', 'null'].includes(text);
}

/** Several values: a list, a text with commas, one value alone. Null: the name is not there. */
export function listIn(params: Params, name: string): string[] | null {
  const value = params[name];
  if (value === undefined || value === null) return null;
  const parts = Array.isArray(value) ? value : String(value).split(',');
  return parts.flatMap((part: unknown) => {
    const text = typeof part === 'string' || typeof part === 'number' ? String(part).trim() : '';
    return text === '' ? [] : [text];
  });
}

/** The value, and what it says where it is a text that holds JSON (`kids`, `auto`, `profile`: the SDKs write them so). */
export function unwrapped(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  const inner = parsed(value);
  return inner !== undefined && isShallow(inner, 0) ? inner : value;
}
