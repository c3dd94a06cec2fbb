// A letter to the owners when the feed needs them: once for each import that it is about. A queue that brings the job twice finds
// it noted; dying between the mail server's yes and the note sends it again, under the same Message-ID.
import { feedAccess, importById, noteToldOf, ownersOf, senderOf, shopById } from '@winback/db';
import type { ShopId } from '@winback/domain';
import type { SendOutcome } from '@winback/mail';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';
import type { JobMessage } from '../messages.ts';
import { openChannel } from '../shop-provider.ts';
import { troubleMessage } from './feed-words.ts';

type Job = Extract<JobMessage, { kind: 'tell-owners' }>;

const againSeconds = 60;

/** Throws where no owner could be told and trying again may help. */
export async function tellOwners(env: Env, shop: ShopId, job: Job): Promise<void> {
  const db = databaseOf(env);
  const [record, known, access] = await Promise.all([
    shopById(db, shop),
    importById(db, shop, job.import),
    feedAccess(db, shop),
  ]);
  if (!record || !known || !isNews(job, access, known.state)) return;
  const owners = (await ownersOf(db, shop)).filter(({ id }) => !job.to || job.to.includes(id));
  const { DASHBOARD_URL: dashboard, PUBLIC_URL: own } = settingsOf(env);
  const page = new URL(`${shop}/catalogue/feed`, `${(dashboard ?? own).replace(/\/$/, '')}/`).href;
  const later: string[] = [];
  const { provider } = await openChannel(env, shop, { row: await senderOf(db, shop), purpose: 'service' });
  for (const to of owners) {
    const trouble = { why: job.why, shop, settings: record.settings, told: known, to, page };
    const outcome = await provider.send(troubleMessage(trouble));
    if (isForLater(outcome)) later.push(to.id);
    if (outcome.kind === 'refused' && outcome.permanent)
      console.warn('an owner’s address refuses letters', { shop, owner: to.id });
  }
  provider.close();
  if (owners.length > 0 && later.length === owners.length) throw new Error('no owner could be told of the feed');
  await noteToldOf(db, shop, job.import);
  if (later.length > 0) await env.JOBS.send({ ...job, to: later }, { delaySeconds: againSeconds });
}

/** Certainly not taken, and may be another time. */
function isForLater(outcome: SendOutcome): boolean {
  if (outcome.kind === 'refused') return !outcome.permanent;
  return outcome.kind !== 'accepted' && outcome.kind !== 'unknown';
}

/**
 * Of imports that wait only the first is told until one is good again: a feed that stays odd is read every hour. What was decided
 * meanwhile needs nobody.
 */
function isNews(job: Job, access: { toldOf: string | null; pausedAt: number | null }, state: string): boolean {
  if (job.to) return true;
  if (job.why === 'paused') return access.toldOf !== job.import && access.pausedAt !== null;
  return access.toldOf === null && state === 'waiting';
}
