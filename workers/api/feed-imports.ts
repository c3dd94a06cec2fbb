// One import: its report, its files, and the merchant's word where it waits for one.
import { importById, problemKindsOf, problemsOfImport } from '@winback/db';
import type { ErrorBody, FeedProblem, ImportReport, ProblemGroup } from '@winback/domain';
import { importDecidedSchema, importReportSchema, productChangeSchema } from '@winback/domain';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { answers } from '../described.ts';
import { databaseOf } from '../env.ts';
import { importKeys, rawFacts } from '../feed-files.ts';
import { changeBytes, changeLines, rawEnding } from '../feed-report.ts';
import { csvCell, safeCsv } from '../safe-csv.ts';
import type { ShopEnv } from './access.ts';
import { refused } from './access.ts';

type ShopContext = Context<ShopEnv>;

const shownChanges = 100;
const shownSamples = 20;
const noImport: ErrorBody = { code: 'no-such-import', message: 'this shop has no import of that name' };
const noFile: ErrorBody = {
  code: 'no-file',
  message: 'this file is not kept any more: reports are kept for a while only',
};
const decided: ErrorBody = {
  code: 'decided',
  message: 'this import does not wait any more: it has ended, a newer one took its place, or another one is running',
};

export const feedImports = new Hono<ShopEnv>()
  .get(
    '/feed/imports/:import',
    answers('An import: its problems and what it changed.', importReportSchema),
    async (c) => {
      const report = await reportOf(c, c.req.param('import'));
      return report ? c.json(report) : refused(c, 404, noImport);
    },
  )
  .post('/feed/imports/:import/confirm', answers('The import that waits goes live.', importDecidedSchema), async (c) =>
    decide(c, c.req.param('import'), 'confirm'),
  )
  .post(
    '/feed/imports/:import/stop',
    answers('The import that waits, or runs, is ended; the catalogue stays.', importDecidedSchema),
    async (c) => decide(c, c.req.param('import'), 'stop'),
  )
  .get('/feed/imports/:import/problems.csv', async (c) => {
    const known = await importOf(c, c.req.param('import'));
    if (!known) return refused(c, 404, noImport);
    const object = await c.env.LAKE.get(importKeys(c.var.shop, known.id).problems);
    const table = object
      ? object.body.pipeThrough(safeCsv())
      : problemTable(await problemsOfImport(databaseOf(c.env), c.var.shop, known.id, 1_000));
    return attachment(table, { name: `problems-${known.id}.csv`, type: 'text/csv; charset=utf-8' });
  })
  .get('/feed/imports/:import/changes.jsonl', async (c) => {
    const known = await importOf(c, c.req.param('import'));
    if (!known) return refused(c, 404, noImport);
    const bytes = changeBytes(c.env.LAKE, c.var.shop, known.id);
    const first = await bytes.next();
    if (first.done) return refused(c, 404, noFile);
    return attachment(streamOf(first.value, bytes), {
      name: `changes-${known.id}.jsonl`,
      type: 'application/x-ndjson; charset=utf-8',
    });
  })
  .get('/feed/imports/:import/raw', async (c) => {
    const known = await importOf(c, c.req.param('import'));
    if (!known) return refused(c, 404, noImport);
    const { raw } = importKeys(c.var.shop, known.id);
    const [facts, object] = await Promise.all([rawFacts(c.env.LAKE, c.var.shop, known.id), c.env.LAKE.get(raw)]);
    if (!facts || !object) return refused(c, 404, noFile);
    const name = `feed-${known.id}.${await rawEnding(c.env.LAKE, raw, facts.contentType)}`;
    // As it came, packed or not, and as nothing that a browser would open.
    return attachment(object.body, { name, type: 'application/octet-stream' });
  });

function importOf(c: ShopContext, id: string): ReturnType<typeof importById> {
  return importById(databaseOf(c.env), c.var.shop, id);
}

async function decide(c: ShopContext, id: string, word: 'confirm' | 'stop'): Promise<Response> {
  const { shop } = c.var;
  if (!(await importOf(c, id))) return refused(c, 404, noImport);
  const stub = c.env.SHOP.getByName(shop);
  const done =
    word === 'confirm'
      ? (await stub.confirmImport({ shop, import: id })) === 'goes-on'
      : await stub.stopImport({ shop, import: id });
  return done ? c.json({ decided: true }) : refused(c, 409, decided);
}

async function reportOf(c: ShopContext, id: string): Promise<ImportReport | null> {
  const db = databaseOf(c.env);
  const { shop } = c.var;
  const known = await importOf(c, id);
  if (!known) return null;
  const [kinds, samples, changes, raw] = await Promise.all([
    problemKindsOf(db, shop, id),
    problemsOfImport(db, shop, id, 1_000),
    firstChanges(c, id),
    c.env.LAKE.head(importKeys(shop, id).raw),
  ]);
  return { import: known, problems: problemGroups(kinds, samples), changes, hasRaw: raw !== null };
}

async function firstChanges(c: ShopContext, id: string): Promise<ImportReport['changes']> {
  const changes: ImportReport['changes'] = [];
  for await (const line of changeLines(c.env.LAKE, c.var.shop, id)) {
    changes.push(productChangeSchema.parse(JSON.parse(line)));
    if (changes.length === shownChanges) break;
  }
  return changes;
}

/** By kind, the most frequent first. `kinds` counts them all; where it does not, the samples are counted. */
export function problemGroups(kinds: Record<string, number>, samples: readonly FeedProblem[]): ProblemGroup[] {
  const byKind = Map.groupBy(samples, ({ kind }) => kind);
  return [...new Set([...Object.keys(kinds), ...byKind.keys()])]
    .map((kind) => {
      const some = byKind.get(kind) ?? [];
      return { kind, count: kinds[kind] ?? some.length, samples: some.slice(0, shownSamples) };
    })
    .sort((one, other) => other.count - one.count || (one.kind < other.kind ? -1 : 1));
}

function problemTable(problems: readonly FeedProblem[]): string {
  const rows = problems.map((one) => [one.line, one.column, one.offer, one.kind, one.message, one.sample]);
  return [['line', 'column', 'offer', 'kind', 'message', 'sample'], ...rows]
    .map((row) => `${row.map(csvCell).join(',')}\r\n`)
    .join('');
}

function attachment(body: BodyInit, { name, type }: { name: string; type: string }): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
    },
  });
}

function streamOf(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(first),
    pull: async (controller) => {
      const next = await rest.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => {
      await rest.return(undefined);
    },
  });
}
