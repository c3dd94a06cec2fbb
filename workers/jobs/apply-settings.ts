// A merchant wants changed settings to count at once. Letters that wait are asked about again, a page of people at a time; nobody
// else is: who has no letter yet is looked at when something happens to them, or when their alarm rings.
import { peopleWaiting } from '@winback/db';
import type { ShopId } from '@winback/domain';
import { homeName } from '@winback/domain';
import { triggerSettingsOf } from '@winback/engine/triggers';
import { eachOf } from '../each-of.ts';
import type { Env } from '../env.ts';
import { databaseOf } from '../env.ts';
import { freshShop } from '../shop-settings.ts';

const pageSize = 100;
const pagesAJob = 4;
const homesAtOnce = 10;

/** Goes on after this person: as far as one job may, then by the next. Asking twice is asking once: a letter leaves by its claim alone. */
export async function applySettings(env: Env, shop: ShopId, after: string): Promise<void> {
  const record = await freshShop(env, shop, Date.now());
  if (!record) return;
  const settings = triggerSettingsOf(record.settings, record.worths);
  let from = after;
  for (let page = 0; page < pagesAJob; page += 1) {
    const { people, next } = await peopleWaiting(databaseOf(env), shop, { after: from, limit: pageSize });
    await eachOf(people, homesAtOnce, (person) =>
      env.VISITOR.getByName(homeName(shop, person)).lookAgain({ settings }),
    );
    if (next === null) return;
    from = next;
  }
  await env.JOBS.send({ kind: 'apply-settings', shop, after: from });
}
