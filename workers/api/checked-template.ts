// A template's words checked with a sample letter in the shop's settings, as saving, publishing, previewing and sending need it.
import type { TemplateKey } from '@winback/db';
import type { PersonId, ShopId, ShopSettings, TemplateProblem, TemplateWords } from '@winback/domain';
import { coverIn } from '@winback/domain';
import type { CheckedTemplate } from '@winback/mail/template';
import { checkTemplate } from '@winback/mail/template';
import type { Env } from '../env.ts';
import { sampleLetter } from './sample-letter.ts';

interface ToCheck {
  key: TemplateKey;
  words: TemplateWords;
  settings: ShopSettings;
  person: PersonId | null;
}

export interface Checked extends CheckedTemplate {
  ownProducts: boolean;
}

/** Null: there is no such person. */
export async function checkedTemplate(
  env: Env,
  shop: ShopId,
  { key, words, settings, person }: ToCheck,
): Promise<Checked | null> {
  const usual = coverIn(settings, key.use, key.language);
  const sample = await sampleLetter(env, shop, {
    use: key.use,
    settings: { ...settings, language: key.language },
    person,
  });
  if (!sample) return null;
  const checked = await checkTemplate({
    ...key,
    document: words.document,
    subject: words.subject ?? usual.subject,
    preheader: words.preheader ?? usual.preheader,
    brand: settings.brand,
    data: sample.data,
  });
  return { ...checked, ownProducts: sample.ownProducts };
}

export function stops(problems: readonly TemplateProblem[]): TemplateProblem | null {
  return problems.find(({ level }) => level === 'stop') ?? null;
}
