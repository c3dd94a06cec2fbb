// The links of one letter: through our redirect, and to what is there for its reader alone.
import type { ScenarioCode } from '@winback/domain';
import type { LetterLinks, TokenPayload } from '@winback/mail';
import { letterLinks, signToken } from '@winback/mail';
import type { ComposeDeps } from './compose.ts';

/** People find letters years later; the law wants the way out to work for at least a month, kindness wants longer. */
export const linkLifeMs = 400 * 86_400_000;

interface OfLetter {
  letter: string;
  scenario: ScenarioCode;
}

/** `utm_source=…`: what the shop's statistics read, as templates of the original ask for it. */
export function utmParams({ letter, scenario }: OfLetter): string {
  return `utm_source=winback&utm_medium=email&utm_campaign=${scenario}&utm_content=${letter}`;
}

export function linksOf(deps: ComposeDeps, { letter, scenario }: OfLetter): LetterLinks {
  const { shop, settings, linkSecret: secrets, publicUrl, now } = deps;
  const of = { secrets, publicUrl, shop, letter, scenario, shopUrl: settings.url, expiresAt: now + linkLifeMs };
  return letterLinks({ ...of, countsOpens: true });
}

/** The address of one of our pages: `/u/…`. */
export async function signedPage(deps: ComposeDeps, path: string, payload: TokenPayload): Promise<string> {
  return `${deps.publicUrl}/${path}/${await signToken(deps.linkSecret, payload)}`;
}
