// An operator's DuckDB: files of the lake on a disk, and questions in SQL. In Node, behind the outside's web server.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class DuckDb {
  #folder: Promise<string> | null = null;

  /** `PUT /duckdb/<key>` keeps a file; `POST /duckdb` answers the rows of a question, in which `lake/` is the folder. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    try {
      const answer =
        request.method === 'PUT' ? await this.#keep(request.url ?? '', body) : await this.#ask(String(body));
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }

  async forget(): Promise<void> {
    if (this.#folder) await rm(await this.#folder, { recursive: true });
  }

  async #keep(url: string, body: Buffer): Promise<{ kept: number }> {
    const path = join(await this.#lake(), decodeURIComponent(url.slice('/duckdb/'.length)));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    return { kept: body.byteLength };
  }

  async #ask(sql: string): Promise<unknown> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const read = await connection.runAndReadAll(sql.replaceAll('lake/', `${await this.#lake()}/`));
    connection.closeSync();
    return read.getRowObjectsJson();
  }

  #lake(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'winback-lake-'));
    return this.#folder;
  }
}
