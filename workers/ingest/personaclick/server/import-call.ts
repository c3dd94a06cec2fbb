// An import's call. A body of up to 4 MB is read whole, in any form. A larger one is read as it comes, some items at a time, so that
// 32 MB take no more memory than a few: for that it has to be a JSON object in which the keys come before the list.
import { HTTPException } from 'hono/http-exception';
import type { WireCall, WireContext } from '../call.ts';
import { vouchedCallOf } from '../call.ts';
import { bodyLimits, jsonValueOf, paramsIn, queryOf } from '../params.ts';
import { secretIn } from '../shop.ts';
import { itemsIn } from './batch.ts';
import type { JsonPiece } from './json-pieces.ts';
import { JsonPieces } from './json-pieces.ts';

/** Items of a list, and the place of the first of them. */
export interface Batch {
  from: number;
  items: unknown[];
}

export interface ImportCall extends WireCall {
  /** The list under this name. Throws 422: there is none, or it is longer; 413: it is too large to be read at once. */
  whole(name: string, most: number): unknown[];
  /**
   * The same, some items at a time. What is said behind the list stands in `params` only afterwards. Throws what `whole` throws,
   * when it comes to it: what was taken before stays taken.
   */
  batches(name: string, most: number): AsyncIterable<Batch>;
}

const batchItems = 1_000;
const batchCharacters = 2_000_000;

/** Reads a call of the shop's server. Throws an {@link HTTPException} as `secretCallOf` does. */
export async function importCallOf(c: WireContext): Promise<ImportCall> {
  const now = Date.now();
  const { text, rest } = await beginningOf(c.req.raw);
  if (rest) return streamedCall(c, { text, rest }, now);
  const type = c.req.header('content-type') ?? '';
  const params = { ...queryOf(c.req.raw), ...(text === null ? {} : await paramsIn(text, type)) };
  const call = await vouchedCallOf(c, params, now);
  const whole = (name: string, most: number) => itemsIn(params, name, most);
  return {
    ...call,
    whole,
    async *batches(name, most) {
      yield { from: 0, items: whole(name, most) };
    },
  };
}

type Reader = AsyncIterator<Uint8Array>;
interface Beginning {
  /** The bytes so far; null: there is no body. */
  text: Uint8Array<ArrayBuffer> | null;
  /** What is still to come; null: nothing is. */
  rest: Reader | null;
}

async function beginningOf(request: Request): Promise<Beginning> {
  if (Number(request.headers.get('content-length') ?? 0) > bodyLimits.import) tooLarge();
  if (!request.body) return { text: null, rest: null };
  const reader = request.body[Symbol.asyncIterator]();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { value, done } = await reader.next();
    if (done || !value) return { text: await joined(chunks), rest: null };
    chunks.push(value);
    size += value.byteLength;
    if (size > bodyLimits.whole) return { text: await joined(chunks), rest: reader };
  }
}

async function joined(chunks: Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

async function streamedCall(
  c: WireContext,
  body: { text: Uint8Array | null; rest: Reader },
  now: number,
): Promise<ImportCall> {
  const params: Record<string, unknown> = { ...queryOf(c.req.raw) };
  const pieces = piecesOf(body);
  const first = await nextElement(pieces, params);
  if (first === null || params['shop_id'] === undefined || secretIn(c.req.raw, params) === null) {
    await pieces.return(undefined);
    throw new HTTPException(413, { message: keysFirst });
  }
  const call = await vouchedCallOf(c, params, now);
  return {
    ...call,
    whole: () => tooLarge(bodyLimits.whole),
    batches: (name, most) => batchesOf({ first, pieces, params }, name, most),
  };
}

const keysFirst = `A body of more than ${bodyLimits.whole} bytes is a JSON object with shop_id and shop_secret before its list`;

/** The next element of any list; fields on the way become parameters. Null: the object has ended. */
async function nextElement(
  pieces: AsyncIterator<JsonPiece>,
  params: Record<string, unknown>,
): Promise<JsonPiece | null> {
  for (;;) {
    const { value, done } = await pieces.next();
    if (done || !value) return null;
    if (value.of === 'list') return value;
    if (!isUnsafe(value.name)) params[value.name] = jsonValueOf(value.text);
  }
}

function isUnsafe(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype';
}

interface Streamed {
  first: JsonPiece;
  pieces: AsyncGenerator<JsonPiece, undefined>;
  params: Record<string, unknown>;
}

async function* batchesOf({ first, pieces, params }: Streamed, name: string, most: number): AsyncGenerator<Batch> {
  let batch: Batch = { from: 0, items: [] };
  let characters = 0;
  let count = 0;
  try {
    for (let piece: JsonPiece | null = first; piece; piece = await nextElement(pieces, params)) {
      if (piece.name !== name) continue;
      if (count === most) tooMany(name, most);
      batch.items.push(jsonValueOf(piece.text));
      characters += piece.text.length;
      count += 1;
      if (batch.items.length < batchItems && characters < batchCharacters) continue;
      yield batch;
      batch = { from: count, items: [] };
      characters = 0;
    }
    if (count === 0) throw new HTTPException(422, { message: `${name} is not specified` });
  } catch (error) {
    // What came whole before the break is taken, wherever a batch happens to end.
    if (batch.items.length > 0) yield batch;
    throw error;
  } finally {
    await pieces.return(undefined);
  }
  if (batch.items.length > 0) yield batch;
}

function tooMany(name: string, most: number): never {
  throw new HTTPException(422, { message: `${name} has more than ${most} items: the first ${most} were taken` });
}

/** Throws 400 where this is no JSON object, 413 where it is too large. */
async function* piecesOf({
  text,
  rest,
}: {
  text: Uint8Array | null;
  rest: Reader;
}): AsyncGenerator<JsonPiece, undefined> {
  const decoder = new TextDecoder();
  const split = new JsonPieces();
  let bytes = 0;
  try {
    for (let chunk: Uint8Array | null | undefined = text; chunk; chunk = (await rest.next()).value) {
      bytes += chunk.byteLength;
      if (bytes > bodyLimits.import) tooLarge();
      yield* split.push(decoder.decode(chunk, { stream: true }));
    }
    if (!split.isClosed) throw new SyntaxError('the object is not closed');
  } catch (error) {
    if (error instanceof SyntaxError) throw new HTTPException(400, { message: 'This is not JSON', cause: error });
    if (error instanceof RangeError) tooLarge();
    throw error;
  } finally {
    await rest.return?.();
  }
  return undefined;
}

function tooLarge(most: number = bodyLimits.import): never {
  throw new HTTPException(413, { message: `The request is larger than ${most} bytes` });
}
