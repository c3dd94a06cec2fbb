// Memory that can be believed: where V8 may use as much as it likes, a peak only says when it began to tidy up. Here its heap is
// held, in a process of its own; a reader that keeps what it read ends before the feed does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const heldHeapMegabytes = 32;

/** What the process found and its peak of resident memory, in MB. Throws where the heap was too small. */
export async function inHeldHeap(
  way: 'read' | 'received',
  pieces: readonly Uint8Array[],
): Promise<{ count: number; peak: number }> {
  const flags = [`--max-old-space-size=${heldHeapMegabytes}`, '--max-semi-space-size=2'];
  const reader = spawn(process.execPath, [...flags, join(import.meta.dirname, 'feed-reader.ts'), way], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  reader.stdin.on('error', () => undefined); // its end says why
  const ended = once(reader, 'close');
  let said = '';
  reader.stdout.on('data', (text) => {
    said += String(text);
  });
  for (const piece of pieces) if (!reader.stdin.write(piece)) await Promise.race([once(reader.stdin, 'drain'), ended]);
  reader.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`${heldHeapMegabytes} MB of heap are too small to have the feed ${way}`);
  const { count = 0, peakKilobytes = 0 }: { count?: number; peakKilobytes?: number } = JSON.parse(said);
  return { count, peak: Math.round(peakKilobytes / 1_024) };
}
