// `/datalayer.js?shop=ID`: hears what a shop pushes into `dataLayer` for Google's tags, before this script came and after, and
// tells it to Winback. Promises: each push is told once, also where the script is loaded twice; the page's own pushes go on
// as they did, whatever happens here.
import type { Call } from './calls-of.ts';
import { callsOf } from './calls-of.ts';

type Command = (...call: Call) => void;
interface Page {
  dataLayer?: unknown[];
  winback?: Command & { q?: unknown[] };
  winbackDataLayer?: true;
}

/** A shop that speaks both dialects says the same thing twice within a moment. */
const sameMomentMs = 1_000;

const page = globalThis as unknown as Page;
const script = document.currentScript as HTMLScriptElement | null;

/** Winback's own script, and a queue until it is there, where the page has neither. */
function winbackOf(source: string): void {
  if (page.winback) return;
  const queue: unknown[] = [];
  // The queue holds `arguments`, as the snippet's does.
  page.winback = Object.assign((...call: Call) => void queue.push(call), { q: queue });
  const own = document.createElement('script');
  own.async = true;
  own.src = source.replace('/datalayer.js', '/t.js');
  document.head.append(own);
}

const told = new Map<string, { dialect: string; at: number }>();

function isEcho(call: Call, dialect: string, now: number): boolean {
  const key = JSON.stringify(call);
  const before = told.get(key);
  told.set(key, { dialect, at: now });
  return before !== undefined && before.dialect !== dialect && now - before.at < sameMomentMs;
}

function tell(entry: unknown): void {
  try {
    const { dialect, calls } = callsOf(entry);
    for (const call of calls) if (!isEcho(call, dialect, Date.now())) page.winback?.(...call);
  } catch (error) {
    console.warn('winback: a push into the data layer could not be read', error);
  }
}

function listen(): void {
  if (page.winbackDataLayer) return;
  page.winbackDataLayer = true;
  winbackOf(script?.src ?? '');
  page.dataLayer ??= [];
  const layer = page.dataLayer;
  for (const entry of [...layer]) tell(entry);
  const push = layer.push;
  layer.push = (...entries: unknown[]) => {
    const length = push.apply(layer, entries);
    for (const entry of entries) tell(entry);
    return length;
  };
}

listen();
