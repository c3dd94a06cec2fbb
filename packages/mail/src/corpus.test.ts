import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReturnedMail } from './returned-mail.ts';

/** Real mail that came back, with labels; it lies beside the project and is not part of it. */
const corpus = join(import.meta.dirname, '../../../../../shared/data/bounces');

interface Labelled {
  path: string;
  is: string;
}

function labels(): Labelled[] {
  const [, ...lines] = readFileSync(join(corpus, 'labels.csv'), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [of = '', path = '', , is = ''] = line.split(',');
    return { path: join(of, path), is };
  });
}

interface Judged {
  path: string;
  labels: string[];
  verdicts: string[];
}

let judging: Promise<Judged[]> | null = null;

/** A report on several people says something of each, in whatever order: they are compared as a bag. */
function judged(): Promise<Judged[]> {
  judging ??= judgeAll();
  return judging;
}

async function judgeAll(): Promise<Judged[]> {
  const files = [...Map.groupBy(labels(), ({ path }) => path)];
  return Promise.all(
    files.map(async ([path, rows]) => {
      const read = await readReturnedMail(readFileSync(join(corpus, path)), null);
      const verdicts = read.is === 'bounce' ? read.recipients.map(({ kind }) => kind) : [read.is];
      return { path, labels: rows.map(({ is }) => is), verdicts };
    }),
  );
}

const count = (list: readonly string[], what: string) => list.filter((one) => one === what).length;

describe.skipIf(!existsSync(corpus))('mail that came back to others', { timeout: 60_000 }, () => {
  it('is told apart: who is not there, and who cannot now', async () => {
    const files = await judged();
    const sum = { labelled: 0, said: 0, right: 0 };
    const wrong: string[] = [];
    for (const { path, labels: told, verdicts } of files) {
      const [labelled, said] = [count(told, 'hard'), count(verdicts, 'hard')];
      sum.labelled += labelled;
      sum.said += said;
      sum.right += Math.min(labelled, said);
      if (labelled !== said) wrong.push(`${path}: ${told} as ${verdicts}`);
    }
    const recall = sum.right / sum.labelled;
    const precision = sum.right / sum.said;
    console.info(`hard: recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`);
    expect(sum.labelled).toBeGreaterThan(90);
    expect(recall, wrong.join('\n')).toBeGreaterThanOrEqual(0.95);
    expect(precision, wrong.join('\n')).toBeGreaterThanOrEqual(0.97);
  });

  it('is told apart: who complains or leaves, who is away, and what is no bounce at all', async () => {
    const files = await judged();
    const of = (label: string) => files.filter(({ labels: told }) => told.includes(label));
    for (const { path, verdicts } of of('complaint'))
      expect([path, verdicts]).toEqual([path, [expect.stringMatching(/^(complaint|unsubscribe)$/)]]);
    for (const { path, verdicts } of [...of('autoreply'), ...of('not-bounce'), ...of('delivered')])
      expect([path, verdicts]).toEqual([path, [expect.stringMatching(/^(auto-reply|other|notice)$/)]]);
    const soft = of('soft').flatMap(({ verdicts }) => verdicts);
    expect(soft.filter((one) => one === 'auto-reply' || one === 'complaint' || one === 'unsubscribe')).toEqual([]);
  });
});

/** What Exim and Postfix of Debian wrote when a server refused our letters: the name says what it answered. */
const own = join(corpus, 'mta');
const answers: Record<string, string> = {
  nouser: 'hard',
  noenh: 'hard',
  full: 'soft',
  fulltemp: 'soft',
  blocked: 'policy',
  spamreject: 'policy',
  down: 'soft',
};

describe.skipIf(!existsSync(own))('what mail servers wrote when ours were refused', { timeout: 60_000 }, () => {
  it.each(existsSync(own) ? readdirSync(own) : [])('%s', async (file) => {
    const read = await readReturnedMail(readFileSync(join(own, file)), null);
    const kind = answers[file.replace(/^\w+-|\.eml$/g, '')];
    expect(read).toMatchObject({ is: 'bounce', recipients: [{ kind }] });
  });
});
