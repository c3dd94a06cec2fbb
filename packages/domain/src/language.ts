// In which language somebody is written to.
import type { ScenarioSettings } from './scenario.ts';
import { usualScenario } from './scenario.ts';
import type { ShopSettings } from './shop.ts';
import { scenarioIn } from './shop.ts';
import type { TemplateLanguage, TemplateUse } from './template.ts';
import { digestCovers, templateLanguages } from './template.ts';

type Cover = Pick<ScenarioSettings, 'subject' | 'preheader'>;

/**
 * The language of whoever reads a letter, as far as the shop's own system has told it; null: nobody knows it, or we do not write it.
 * @param profile what the shop knows of the reader, by its own names: `language`, `lang` or `locale`, as `ru` or `ru-RU` (BCP 47)
 */
export function readerLanguage(profile: Readonly<Record<string, unknown>>): TemplateLanguage | null {
  const said = [profile['language'], profile['lang'], profile['locale']].find((one) => typeof one === 'string');
  const primary = typeof said === 'string' ? said.toLowerCase().split(/[-_]/)[0] : undefined;
  return templateLanguages.find((language) => language === primary) ?? null;
}

/** The cover of a letter in a language: the scenario's words in it, where there are none the usual ones. */
export function coverIn(settings: ShopSettings, use: TemplateUse, language: TemplateLanguage): Cover {
  if (use === 'digest') return digestCovers[language];
  const scenario = scenarioIn(settings, use);
  const { subject, preheader } =
    language === settings.language ? scenario : (scenario.otherWords?.[language] ?? usualScenario(use, language));
  return { subject, preheader };
}

/**
 * The language and the cover of a letter where no template speaks the reader's language: theirs where it is known and the scenario
 * has words in it, else the shop's.
 */
export function coverFor(
  settings: ShopSettings,
  use: TemplateUse,
  reader: TemplateLanguage | null,
): Cover & { language: TemplateLanguage } {
  const isWritten = reader !== null && use !== 'digest' && scenarioIn(settings, use).otherWords?.[reader] !== undefined;
  const language = isWritten ? reader : settings.language;
  return { language, ...coverIn(settings, use, language) };
}
