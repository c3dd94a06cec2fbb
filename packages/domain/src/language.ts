// In which language somebody is written to.
import type { ScenarioCode, ScenarioSettings } from './scenario.ts';
import type { ShopSettings } from './shop.ts';
import { scenarioIn } from './shop.ts';

type Language = ShopSettings['language'];

/**
 * The language and the cover of a letter: the reader's language where it is known and the scenario has words in it, else the shop's.
 * @param profile what the shop knows of the reader, by its own names: `language` or `locale`, as `ru` or `ru-RU` (BCP 47)
 */
export function coverFor(
  settings: ShopSettings,
  code: ScenarioCode,
  profile: Readonly<Record<string, unknown>>,
): { language: Language } & Pick<ScenarioSettings, 'subject' | 'preheader'> {
  const { subject, preheader, otherWords } = scenarioIn(settings, code);
  const wanted = languageIn(profile);
  const other = wanted === null || wanted === settings.language ? undefined : otherWords?.[wanted];
  return other && wanted ? { language: wanted, ...other } : { language: settings.language, subject, preheader };
}

function languageIn({ language, locale }: Readonly<Record<string, unknown>>): Language | null {
  const said = [language, locale].find((one) => typeof one === 'string');
  const primary = typeof said === 'string' ? said.toLowerCase().split(/[-_]/)[0] : undefined;
  return primary === 'en' || primary === 'ru' ? primary : null;
}
