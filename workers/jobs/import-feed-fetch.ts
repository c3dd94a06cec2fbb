// The first step: the feed's file comes from the shop's server into R2 as it is. Where it lies there already, because the shop
// gave it to us or because this step was killed at its very end, nobody is asked.
import type { Validators } from '@winback/db';
import { lastValidators } from '@winback/db';
import { FeedTooLarge, mostFeedBytes, putRaw, rawFacts } from '../feed-files.ts';
import { outboundFetch } from '../outbound-fetch.ts';
import { endAs, failImport } from './import-feed-end.ts';
import type { ImportOutcome, ImportRun } from './import-feed-run.ts';

const timeoutMs = 30_000;

export async function fetchFeed(run: ImportRun): Promise<ImportOutcome | 'next'> {
  const { lake } = run.deps;
  if ((await rawFacts(lake, run.shop, run.id)) === null) {
    const ended = await fetched(run);
    if (ended) return ended;
  }
  await run.move({ step: 'reading', done: 0, of: null, tries: 0 });
  return 'next';
}

/** Null: the file lies in R2. */
async function fetched(run: ImportRun): Promise<ImportOutcome | null> {
  const { url } = run.settings.feed;
  if (url === null) return failImport(run, 'the shop has no feed address');
  const known = await lastValidators(run.deps.db, run.shop);
  const same = known?.url === url ? known : null;
  const asked = await ask(run, url, same);
  if (!asked.ok) return failImport(run, asked.because);
  const answer = asked.value;
  if (answer.status === 304 && same) return endAs(run, 'unchanged', { sums: { validators: JSON.stringify(same) } });
  if (answer.status !== 200 || !answer.body) {
    await answer.body?.cancel();
    return failImport(run, answer.status === 200 ? 'the feed is empty' : `the server answered ${answer.status}`);
  }
  try {
    await keep(run, url, answer, answer.body);
    return null;
  } catch (error) {
    if (error instanceof FeedTooLarge) return failImport(run, error.message);
    throw error;
  }
}

async function ask(run: ImportRun, url: string, same: Validators | null) {
  const { fetch, allow } = run.deps;
  const headers: Record<string, string> = {
    'user-agent': 'Winback/1.0 (feed import)',
    accept: 'application/xml, text/xml, */*;q=0.5',
    ...(await run.deps.headers()),
  };
  if (same?.etag) headers['if-none-match'] = same.etag;
  if (same?.lastModified) headers['if-modified-since'] = same.lastModified;
  return outboundFetch(url, { fetch, headers, allow, timeoutMs });
}

async function keep(run: ImportRun, url: string, answer: Response, body: ReadableStream<Uint8Array>): Promise<void> {
  const { headers } = answer;
  const validators: Validators = { url, etag: headers.get('etag'), lastModified: headers.get('last-modified') };
  const facts = {
    origin: 'feed',
    contentType: headers.get('content-type'),
    contentEncoding: headers.get('content-encoding'),
    fileName: null,
    validators: JSON.stringify(validators),
  } as const;
  const length = Number(headers.get('content-length') ?? 0);
  const of = length > 0 && length <= mostFeedBytes ? length : null;
  await putRaw(run.deps.lake, { shop: run.shop, import: run.id, facts }, body, (bytes) => run.tell(bytes, of));
}
