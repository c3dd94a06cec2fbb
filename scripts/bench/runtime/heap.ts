// The heap of a Worker's isolate, as V8 itself tells it through the inspector.
import { z } from 'zod';

const targetsSchema = z.array(z.object({ webSocketDebuggerUrl: z.string() })).min(1);
const answerSchema = z.object({
  id: z.number(),
  result: z.object({
    usedSize: z.number(),
    embedderHeapUsedSize: z.number().default(0),
    backingStorageSize: z.number().default(0),
  }),
});

export interface Heap {
  /** Megabytes that were alive at the highest moment since it was asked last: objects, and the bytes of buffers. */
  peak(): number;
  close(): void;
}

/**
 * Collects the garbage and asks, every so often: without a limit, as on this machine, V8 lets garbage lie, and what counts is what
 * it could not collect. That costs time: what is watched is not timed.
 */
export async function watchHeap(inspectorPort: number, everyMs: number): Promise<Heap> {
  const targets = targetsSchema.parse(await (await fetch(`http://127.0.0.1:${inspectorPort}/json`)).json());
  const socket = new WebSocket(targets[0]?.webSocketDebuggerUrl ?? '');
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the inspector was not reached')), { once: true });
  });
  let highest = 0;
  let asked = 0;
  socket.addEventListener('message', ({ data }) => {
    const read = answerSchema.safeParse(JSON.parse(String(data)));
    if (!read.success) return;
    const { usedSize, embedderHeapUsedSize, backingStorageSize } = read.data.result;
    highest = Math.max(highest, usedSize + embedderHeapUsedSize + backingStorageSize);
  });
  const timer = setInterval(() => {
    asked += 1;
    socket.send(JSON.stringify({ id: -asked, method: 'HeapProfiler.collectGarbage' }));
    socket.send(JSON.stringify({ id: asked, method: 'Runtime.getHeapUsage' }));
  }, everyMs);
  return {
    peak: () => {
      const peak = Math.round(highest / 1_000_000);
      highest = 0;
      return peak;
    },
    close: () => {
      clearInterval(timer);
      socket.close();
    },
  };
}
