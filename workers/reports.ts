// What a mail system told of a letter is taken here, whether it came by mail or by webhook. Everything may come twice, late and in
// any order: what is known already changes nothing.
import type { ReportedLetter } from '@winback/db';
import {
  bouncesInARow,
  findSubscriber,
  pauseSending,
  putReturn,
  reportedLetter,
  sendingFigures,
  sendingPause,
  suppress,
} from '@winback/db';
import type { MailReport, PersonId, ShopId } from '@winback/domain';
import { homeName } from '@winback/domain';
import { givenUp, sendingVerdict, sendingWindowMs } from '@winback/engine/returns';
import { unsubscribePerson } from './consent.ts';
import type { Env } from './env.ts';
import { databaseOf } from './env.ts';

export interface Reported {
  /** Whose webhook told it, under its signature; null: it came by mail, and only the letter's id speaks for it. */
  shop: ShopId | null;
  source: string;
  report: MailReport;
}

/** `unknown`: no such letter is in the books (yet). `not-theirs`: another shop's letter, or one too old to come back. */
export type Taken = 'taken' | 'known' | 'unknown' | 'not-theirs';

/** Mail takes a week to give up; what comes later is somebody's idea. */
const comesBackWithinMs = 30 * 86_400_000;

export async function takeReport(env: Env, reported: Reported, now: number): Promise<Taken> {
  const { report, shop } = reported;
  if (report.letter === null) return takeNameless(env, reported, now);
  const letter = await reportedLetter(databaseOf(env), report.letter);
  if (!letter) return 'unknown';
  if (shop !== null && shop !== letter.shop) return 'not-theirs';
  if (letter.plannedAt < now - comesBackWithinMs) return 'not-theirs';
  const put = { letter: report.letter, source: reported.source, report };
  if (!(await putReturn(databaseOf(env), letter.shop, put))) return 'known';
  // The mail server's answer was lost, and here is the proof that it was a yes.
  if (letter.state === 'unknown' || letter.state === 'sending') await tellHome(env, letter, report, now);
  await follow(env, { ...letter, source: reported.source }, report, now);
  return 'taken';
}

async function tellHome(env: Env, { shop, person }: ReportedLetter, report: MailReport, now: number): Promise<void> {
  const name = homeName(shop, person);
  await env.VISITOR.getByName(name).letterHeard({
    letter: report.letter ?? '',
    at: Math.min(report.at, now),
    of: 'left',
  });
}

async function follow(
  env: Env,
  letter: Pick<ReportedLetter, 'shop' | 'person' | 'email'> & { source: string },
  report: MailReport,
  now: number,
): Promise<void> {
  const { shop, person, email, source } = letter;
  const db = databaseOf(env);
  if (email === null) return; // the person is forgotten: the figures count it, nobody is behind it
  switch (report.what) {
    case 'delivered':
      return;
    case 'bounced': {
      const given = report.kind === 'hard' ? 'hard' : givenUp(await bouncesInARow(db, shop, person));
      if (given) await suppress(db, shop, email, `${given} bounce: ${report.words}`, now);
      return lookAtSending(env, shop, now);
    }
    case 'complained':
      await suppress(db, shop, email, `complaint: ${report.words || source}`, now);
      await unsubscribePerson(env, shop, person, { source: 'reported as spam', now });
      return lookAtSending(env, shop, now);
    case 'unsubscribed':
      return unsubscribePerson(env, shop, person, { source: `letter, by ${source}`, now });
  }
}

/** A signed webhook that names no letter of ours: the address is known within its shop, for what concerns the address alone. */
async function takeNameless(env: Env, { shop, source, report }: Reported, now: number): Promise<Taken> {
  const acts = report.what === 'complained' || report.what === 'unsubscribed' || report.kind === 'hard';
  if (shop === null || report.recipient === null || !acts) return 'not-theirs';
  const email = report.recipient.trim().toLowerCase();
  const row = await findSubscriber(databaseOf(env), shop, { email });
  if (!row || row.consent === 'unsubscribed') return 'unknown';
  await follow(env, { shop, person: row.id as PersonId, email: row.email, source }, report, now);
  return 'taken';
}

/** Too many came back, or were complained about: the shop's letters wait until its merchant has looked. */
async function lookAtSending(env: Env, shop: ShopId, now: number): Promise<void> {
  const db = databaseOf(env);
  const { resumedAt } = await sendingPause(db, shop);
  const since = Math.max(now - sendingWindowMs, resumedAt ?? 0);
  const verdict = sendingVerdict(await sendingFigures(db, shop, since));
  if (verdict.level !== 'pause') return;
  const { because, words } = verdict;
  if (await pauseSending(db, shop, { because, words, now }))
    console.warn('a shop’s letters wait: too many came back', { shop, because });
}
