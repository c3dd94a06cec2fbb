// The language of whoever reads a letter, as far as the shop's own system has told it.
import type { TemplateLanguage } from '@winback/domain';
import { templateLanguages } from '@winback/domain';

/** From a profile's `language`, `lang` or `locale` (`ru`, `ru-RU`, `ru_RU`); null: nobody knows it, or we do not write it. */
export function readerLanguage(profile: Record<string, unknown>): TemplateLanguage | null {
  const said = profile['language'] ?? profile['lang'] ?? profile['locale'];
  if (typeof said !== 'string') return null;
  const tag = said.toLowerCase().split(/[-_]/)[0];
  return templateLanguages.find((language) => language === tag) ?? null;
}
