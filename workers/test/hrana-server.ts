// A libSQL server of the tests, in Node: Hrana 2 over HTTP (the protocol of sqld and Turso) on node:sqlite. Every first
// segment of a path is a database of its own in memory, with the migrations applied.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { DatabaseSync } from 'node:sqlite';
import { migrationStatements } from '@winback/db/testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    libsqlUrl: string;
  }
}

export const libsqlToken = 'token-of-the-tests';

type Value = { type: 'null' } | { type: 'integer' | 'text'; value: string } | { type: 'float'; value: number };
/** Its text, or the number under which the client stored it in the same request. */
interface Statement {
  sql?: string;
  sql_id?: number;
  args?: Value[];
}
type Condition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and' | 'or'; conds: Condition[] }
  | { type: 'is_autocommit' };
interface Step {
  stmt: Statement;
  condition?: Condition | null;
}
type Request =
  | { type: 'execute'; stmt: Statement }
  | { type: 'batch'; batch: { steps: Step[] } }
  | { type: 'store_sql'; sql_id: number; sql: string }
  | { type: 'close_sql' | 'close' };

export default async function hranaServer(project: TestProject): Promise<() => Promise<void>> {
  const databases = new Map<string, DatabaseSync>();
  const server = createServer((request, response) => {
    answer(databases, request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  project.provide('libsqlUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}/main/`);
  return async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}

async function answer(
  databases: Map<string, DatabaseSync>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, name = '', ...path] = (request.url ?? '').split('/');
  if (path.join('/') !== 'v2/pipeline' || request.headers.authorization !== `Bearer ${libsqlToken}`) {
    response.writeHead(path.join('/') === 'v2/pipeline' ? 401 : 404).end();
    return;
  }
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const { requests } = JSON.parse(text) as { requests: Request[] };
  const db = databases.get(name) ?? migrated();
  databases.set(name, db);
  const stored = new Map(requests.flatMap((one) => (one.type === 'store_sql' ? [[one.sql_id, one.sql] as const] : [])));
  const run = (statement: Statement) =>
    executed(db, statement.sql ?? stored.get(statement.sql_id ?? -1) ?? '', statement.args ?? []);
  const results = requests.map((one) =>
    attempt(() => ({ type: 'ok', response: { type: one.type, ...responseTo(one, run, () => !db.isTransaction) } })),
  );
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ baton: null, base_url: null, results }));
}

function migrated(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  for (const statement of migrationStatements()) db.exec(statement);
  return db;
}

function attempt<Result>(run: () => Result): Result | { type: 'error'; error: { message: string; code: string } } {
  try {
    return run();
  } catch (error) {
    return {
      type: 'error',
      error: { message: error instanceof Error ? error.message : String(error), code: 'SQLITE_ERROR' },
    };
  }
}

type Run = (statement: Statement) => object;

function responseTo(request: Request, run: Run, isAutocommit: () => boolean): object {
  switch (request.type) {
    case 'execute':
      return { result: run(request.stmt) };
    case 'batch':
      return { result: batched(request.batch.steps, run, isAutocommit) };
    case 'store_sql':
    case 'close_sql':
    case 'close':
      return {};
  }
}

function executed(db: DatabaseSync, sql: string, args: readonly Value[]): object {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  const cols = statement.columns().map(({ name, type }) => ({ name, decltype: type }));
  const rows = statement.all(...args.map(inputOf)) as unknown as SQLOutputValue[][];
  const { changes } = db.prepare('SELECT changes() AS changes').get() ?? {};
  return {
    cols,
    rows: rows.map((row) => row.map(outputOf)),
    affected_row_count: Number(changes),
    last_insert_rowid: null,
  };
}

/** Each step whose condition holds, as the client wrote it: BEGIN, the statements while all went well, COMMIT or ROLLBACK. */
function batched(steps: readonly Step[], run: Run, isAutocommit: () => boolean): object {
  const step_results: (object | null)[] = [];
  const step_errors: (object | null)[] = [];
  for (const { stmt, condition } of steps) {
    const done = !condition || holds(condition) ? attempt(() => ({ type: 'done' as const, result: run(stmt) })) : null;
    step_results.push(done?.type === 'done' ? done.result : null);
    step_errors.push(done?.type === 'error' ? done.error : null);
  }
  return { step_results, step_errors };

  function holds(condition: Condition): boolean {
    switch (condition.type) {
      case 'ok':
        return step_results[condition.step] !== null;
      case 'error':
        return step_errors[condition.step] !== null;
      case 'not':
        return !holds(condition.cond);
      case 'and':
        return condition.conds.every(holds);
      case 'or':
        return condition.conds.some(holds);
      case 'is_autocommit':
        return isAutocommit();
    }
  }
}

function inputOf(value: Value): SQLInputValue {
  if (value.type === 'null') return null;
  return value.type === 'integer' ? BigInt(value.value) : value.value;
}

function outputOf(value: SQLOutputValue): Value {
  if (value === null) return { type: 'null' };
  if (typeof value === 'bigint') return { type: 'integer', value: String(value) };
  if (typeof value === 'number') return { type: 'float', value };
  return { type: 'text', value: String(value) };
}
