// The first step: the feed's file comes from the shop's server into R2 as it is. Where it lies there already, because the shop
// gave it to us or because this step was killed at its very end, nobody is asked. A shop's first feed is read while it comes: there
// is no catalogue that it could be the same as, and its bytes need not come out of R2 again.
import type { Validators } from '@winback/db';
import { hasProducts, lastValidators } from '@winback/db';
import type { RawFacts } from '../feed-files.ts';
import { FeedTooLarge, mostFeedBytes, putRaw, RawFile, rawFacts } from '../feed-files.ts';
import { BodyGivenUp } from '../guarded-body.ts';
import { outboundFetch } from '../outbound-fetch.ts';
import { Arrival } from './import-feed-arrival.ts';
import { endAs, failImport } from './import-feed-end.ts';
import { readWhileItComes } from './import-feed-read.ts';
import type { ImportOutcome, ImportRun } from './import-feed-run.ts';

const timeoutMs = 30_000;
/** A server that breaks off in the middle may do better in a while. */
const triesOfServer = 3;
/**
 * A feed is read once in so long though it is the one that was read before: promotions in it begin and end, and what others
 * have written to the catalogue since is set right.
 */
const believedMs = 24 * 3_600_000;

export async function fetchFeed(run: ImportRun): Promise<ImportOutcome | 'next'> {
  const facts = await rawFacts(run.deps.lake, run.shop, run.id);
  const fetched = facts ? { validators: facts.validators } : await fetchedNow(run);
  if (typeof fetched === 'string') return fetched;
  await run.move({ step: 'reading', done: 0, of: null, tries: 0 }, fetched);
  return 'next';
}

/** What the file is known by; an outcome where there is none, or nothing new; `next` where it was read already. */
async function fetchedNow(run: ImportRun): Promise<ImportOutcome | 'next' | { validators: string }> {
  const { url } = run.settings.feed;
  if (url === null) return failImport(run, 'the shop has no feed address');
  const same = await believed(run, url);
  const asked = await ask(run, url, same);
  if (!asked.ok) return failImport(run, asked.because);
  const answer = asked.value;
  const unchanged = (as: Validators) => endAs(run, 'unchanged', { sums: { validators: JSON.stringify(as) } });
  if (answer.status === 304 && same) return unchanged(same);
  if (answer.status !== 200 || !answer.body) {
    await answer.body?.cancel();
    return failImport(run, answer.status === 200 ? 'the feed is empty' : `the server answered ${answer.status}`);
  }
  const coming = comingFrom(run, url, answer, answer.body);
  try {
    if (!(await hasProducts(run.deps.db, run.shop))) return await readAtOnce(run, coming);
    const { facts, validators, body, tell } = coming;
    const digest = await putRaw(run.deps.lake, { shop: run.shop, import: run.id, facts }, body, tell);
    // What is asked for the next time is this file; what counts from when it was read is the one before.
    if (same?.digest === digest) return await unchanged({ ...validators, digest, at: same.at });
    return { validators: JSON.stringify({ ...validators, digest }) };
  } catch (error) {
    if (error instanceof FeedTooLarge) return failImport(run, error.message);
    if (!(error instanceof BodyGivenUp)) throw error;
    const isHopeless = error.reason === 'too-large' || run.place.tries >= triesOfServer;
    if (isHopeless) return failImport(run, error.message);
    throw error;
  }
}

async function readAtOnce(run: ImportRun, { facts, validators, body, tell }: Coming): Promise<ImportOutcome | 'next'> {
  const arrival = new Arrival(new RawFile(run.deps.lake, { shop: run.shop, import: run.id, facts }), body, tell);
  return readWhileItComes(run, facts, {
    arrival,
    validatorsOf: (digest) => JSON.stringify({ ...validators, digest } satisfies Validators),
  });
}

/** What the catalogue’s feed is known by, as long as another look at the same file would show the same. */
async function believed(run: ImportRun, url: string): Promise<Validators | null> {
  const known = await lastValidators(run.deps.db, run.shop);
  const isSame = known?.url === url && known.currency === run.settings.currency;
  return isSame && run.deps.now() - known.at < believedMs ? known : null;
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

interface Coming {
  facts: RawFacts;
  validators: Validators;
  body: ReadableStream<Uint8Array>;
  tell: (bytes: number) => Promise<void>;
}

function comingFrom(run: ImportRun, url: string, { headers }: Response, body: ReadableStream<Uint8Array>): Coming {
  const validators: Validators = {
    url,
    etag: headers.get('etag'),
    lastModified: headers.get('last-modified'),
    currency: run.settings.currency,
    digest: null,
    at: run.deps.now(),
  };
  const facts = {
    origin: 'feed',
    contentType: headers.get('content-type'),
    contentEncoding: headers.get('content-encoding'),
    fileName: null,
    validators: JSON.stringify(validators),
  } as const;
  const length = Number(headers.get('content-length') ?? 0);
  const of = length > 0 && length <= mostFeedBytes ? length : null;
  return { facts, validators, body, tell: (bytes) => run.tell(bytes, of) };
}
