// Names looked up over HTTPS, in the JSON form that Cloudflare and Google speak.
import { z } from 'zod';

const lookupMs = 3_000;
const noSuchName = 3;
/** IANA's numbers of record types. */
const typeNumbers = { A: 1, CNAME: 5, MX: 15, TXT: 16, AAAA: 28 } as const;
export type RecordType = keyof typeof typeNumbers;

const answerSchema = z.object({
  Status: z.number(),
  Answer: z.array(z.object({ type: z.number(), data: z.string() })).optional(),
});

/** The records of a type; `no-such-name`; null: the resolver did not answer. */
export async function recordsOf(
  name: string,
  type: RecordType,
  resolver: string,
): Promise<string[] | 'no-such-name' | null> {
  const question = `${resolver}?${new URLSearchParams({ name, type })}`;
  try {
    const signal = AbortSignal.timeout(lookupMs);
    const answer = await fetch(question, { headers: { accept: 'application/dns-json' }, signal });
    if (!answer.ok) return null;
    const read = answerSchema.parse(await answer.json());
    if (read.Status === noSuchName) return 'no-such-name';
    const found = (read.Answer ?? []).filter((record) => record.type === typeNumbers[type]);
    return found.map(({ data }) => (type === 'TXT' ? joined(data) : data));
  } catch {
    return null; // no network, too late, or not JSON
  }
}

/** A text of more than 255 bytes comes in quoted pieces (RFC 7208 §3.3). */
function joined(data: string): string {
  const pieces = [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
  return pieces.length === 0 ? data : pieces.join('');
}
