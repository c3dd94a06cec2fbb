// The links of one letter. While it is rendered each address leaves a mark; then all of them are signed at once, each address once.
import type { ScenarioCode } from '@winback/domain';
import type { LinkTo, RenderedLetter } from '@winback/mail';
import { signToken, utmUrl } from '@winback/mail';
import type { ComposeDeps } from './compose.ts';

/** People find letters years later; the law wants the way out to work for at least a month, kindness wants longer. */
export const linkLifeMs = 400 * 86_400_000;

interface OfLetter {
  letter: string;
  scenario: ScenarioCode;
  person: string;
}

/** `utm_source=…`: what the shop's statistics read, as templates of the original ask for it. */
export function utmParams({ letter, scenario }: OfLetter): string {
  return new URLSearchParams(
    Object.entries(utmOf({ letter, scenario })).map(([name, value]) => [`utm_${name}`, value]),
  ).toString();
}

function utmOf({ letter, scenario }: Pick<OfLetter, 'letter' | 'scenario'>) {
  return { source: 'winback', medium: 'email', campaign: scenario, content: letter };
}

/** Marks addresses of the web while a letter is rendered, and puts signed ones in their place. */
export function linksOf({ shop, linkSecret, publicUrl, now }: ComposeDeps, of: OfLetter) {
  const marks = new Map<string, string>();
  // Nothing that a catalogue says can look like a mark of this letter.
  const secret = crypto.randomUUID().replaceAll('-', '');
  const mark: LinkTo = (url) => {
    const known = marks.get(url);
    if (known) return known;
    const made = `https://${secret}.${marks.size}.link/`;
    marks.set(url, made);
    return made;
  };
  const signed = async (url: string): Promise<string> => {
    const target = utmUrl(url, utmOf(of));
    const payload = { kind: 'click', shop, letter: of.letter, url: target, expiresAt: now + linkLifeMs } as const;
    return `${publicUrl}/c/${await signToken(linkSecret, payload)}`;
  };
  const sign = async (letter: RenderedLetter): Promise<RenderedLetter> => {
    const all = await Promise.all([...marks.keys()].map(signed));
    const marked = new RegExp(`https://${secret}\\.(\\d+)\\.link/`, 'g');
    const put = (text: string) => text.replace(marked, (_, at: string) => all[Number(at)] ?? '');
    return { ...letter, html: put(letter.html), text: put(letter.text) };
  };
  return { mark, sign };
}
