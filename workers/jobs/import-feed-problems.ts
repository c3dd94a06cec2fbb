// The problems of a feed: all of them as a table for a spreadsheet (RFC 4180), a few of each kind for the dashboard.
import type { FeedProblem } from '@winback/domain';
import type { LakeStream } from '../lake-stream.ts';
import { csvCell } from '../safe-csv.ts';

const mostSamples = 20;
const mostKinds = 200;
const blockChars = 65_536;
const encoder = new TextEncoder();

export class ProblemBook {
  count = 0;
  readonly samples: FeedProblem[] = [];
  readonly #kinds = new Map<string, number>();
  readonly #table: LakeStream;
  #text = '\uFEFFline,column,offer,kind,message,sample\r\n';

  constructor(table: LakeStream) {
    this.#table = table;
  }

  async note(problem: FeedProblem): Promise<void> {
    const { kind, line, column, offer, message, sample } = problem;
    const ofKind = this.#kinds.get(kind) ?? 0;
    this.count += 1;
    if (ofKind > 0 || this.#kinds.size < mostKinds) this.#kinds.set(kind, ofKind + 1);
    if (ofKind < mostSamples && this.samples.length < mostKinds * mostSamples) this.samples.push(problem);
    this.#text += `${[line, column, offer, kind, message, sample].map(csvCell).join(',')}\r\n`;
    if (this.#text.length > blockChars) await this.#flush();
  }

  /** How many there are of each kind. */
  kinds(): Record<string, number> {
    return Object.fromEntries(this.#kinds);
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#table.close();
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    await this.#table.write(encoder.encode(text));
  }
}
