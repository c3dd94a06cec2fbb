// A body that comes from somebody else's server, as long as it is worth waiting for.

/** How much of a body is read, and how long it may take. */
export interface Patience {
  maxBytes: number;
  /** Silence between two chunks. */
  idleMs: number;
  totalMs: number;
  /** Less than this, on the whole, is a server that wants to keep us: asked after the first minute. */
  minBytesPerSecond: number;
  /** Before this nobody asks for the speed. */
  graceMs: number;
}

/** Why a body was given up on, as one sentence for the merchant. Trying again later may help, unless it is too large. */
export class BodyGivenUp extends Error {
  readonly reason: 'too-large' | 'idle' | 'slow' | 'late' | 'broken';

  constructor(reason: BodyGivenUp['reason'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The same bytes. Reading fails with {@link BodyGivenUp} where patience ends; the server is left then. */
export function guarded(body: ReadableStream<Uint8Array>, patience: Patience): ReadableStream<Uint8Array> {
  const source = sourceOf(body, patience);
  const began = Date.now();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { value, done } = await nextOf(source, patience, began);
          bytes += value?.byteLength ?? 0;
          refuseTooMuch(bytes, Date.now() - began, patience);
          if (value) controller.enqueue(value);
          if (done) controller.close();
        } catch (cause) {
          const why =
            cause instanceof BodyGivenUp
              ? cause
              : new BodyGivenUp('broken', 'the server broke off in the middle of the file', { cause });
          controller.error(why);
          await source.cancel(why).catch(() => undefined); // it is gone already: `why` says of what
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

interface Source {
  next(): Promise<{ value?: Uint8Array | undefined; done: boolean }>;
  cancel(reason: unknown): Promise<void>;
}

const mostAtOnce = 65_536;
const usualChunk = 4_096;
/** A read that took longer says that the server is not ahead of us. */
const promptMs = 50;

/**
 * The runtime hands out some 4 KB at a time, and each time costs more than its bytes do. As long as they come promptly, more of
 * them are waited for: never so many that a server which is just quick enough would seem silent.
 */
function sourceOf(body: ReadableStream<Uint8Array>, { idleMs, minBytesPerSecond }: Patience): Source {
  const reader = byobReader(body);
  if (reader === null) {
    const plain = body.getReader();
    return { next: () => plain.read(), cancel: (reason) => plain.cancel(reason) };
  }
  const most = Math.max(1, Math.min(mostAtOnce, Math.floor((idleMs / 1_000) * minBytesPerSecond)));
  let least = 1;
  return {
    next: async () => {
      const asked = Date.now();
      const read = await reader.readAtLeast(least, new Uint8Array(Math.max(least, usualChunk)));
      least = Date.now() - asked > promptMs ? 1 : Math.min(most, least * 2);
      return read;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** Null: the stream is one of JavaScript's own making, which has no bytes to be asked for. */
function byobReader(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' });
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

async function nextOf(source: Source, { idleMs, totalMs }: Patience, began: number): ReturnType<Source['next']> {
  const left = totalMs - (Date.now() - began);
  const ms = Math.max(0, Math.min(idleMs, left));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(left <= idleMs ? late(totalMs) : idle(idleMs)), ms);
  });
  try {
    return await Promise.race([source.next(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function refuseTooMuch(bytes: number, tookMs: number, patience: Patience): void {
  const { maxBytes, totalMs, minBytesPerSecond, graceMs } = patience;
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  if (tookMs > totalMs) throw late(totalMs);
  if (tookMs > graceMs && bytes < (tookMs / 1_000) * minBytesPerSecond)
    throw new BodyGivenUp('slow', `the server sends less than ${minBytesPerSecond} bytes a second`);
}

export function tooLarge(maxBytes: number): BodyGivenUp {
  const mb = Number((maxBytes / 1_000_000).toPrecision(3));
  return new BodyGivenUp('too-large', `the file is larger than ${mb} MB`);
}

function idle(idleMs: number): BodyGivenUp {
  return new BodyGivenUp(
    'idle',
    `the server stopped in the middle of the file: nothing came for ${idleMs / 1_000} seconds`,
  );
}

function late(totalMs: number): BodyGivenUp {
  return new BodyGivenUp('late', `the file did not come within ${totalMs / 1_000} seconds`);
}
