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
  const reader = body.getReader();
  const began = Date.now();
  let bytes = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const next = await nextOf(reader, patience, began);
          if (next.done) return controller.close();
          bytes += next.value.byteLength;
          refuseTooMuch(bytes, Date.now() - began, patience);
          controller.enqueue(next.value);
        } catch (cause) {
          const why =
            cause instanceof BodyGivenUp
              ? cause
              : new BodyGivenUp('broken', 'the server broke off in the middle of the file', { cause });
          controller.error(why);
          await reader.cancel(why).catch(() => undefined); // it is gone already: `why` says of what
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

async function nextOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { idleMs, totalMs }: Patience,
  began: number,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  const left = totalMs - (Date.now() - began);
  const ms = Math.max(0, Math.min(idleMs, left));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(left <= idleMs ? late(totalMs) : idle(idleMs)), ms);
  });
  try {
    return await Promise.race([reader.read(), silence]);
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
