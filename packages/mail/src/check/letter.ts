// What is wrong with a letter as it would go out: its size, its ways out, its subject, and what filters dislike.
import type { TemplateProblem, TemplateUse } from '@winback/domain';
import type { RenderedLetter } from '../render.ts';
import { stop, warn, wholeLetter } from './problem.ts';

/** Gmail cuts a letter at about 102 KB, and what is cut is the way out. */
export const letterBytes = { warn: 80 * 1024, stop: 100 * 1024 } as const;

export function bytesOf(html: string): number {
  return new TextEncoder().encode(html).byteLength;
}

interface ToCheck {
  use: TemplateUse;
  letter: RenderedLetter;
  /** What must be in it, as the letter was given it. */
  given: { wayOut: string; address: string };
}

export function checkLetter({ use, letter, given }: ToCheck): TemplateProblem[] {
  return [
    ...ofSize(letter),
    ...ofWayOut(use, letter, given),
    ...ofText(letter),
    ...ofSubject(letter),
    ...ofSpam(letter),
  ];
}

function ofSize({ html }: RenderedLetter): TemplateProblem[] {
  const bytes = bytesOf(html);
  const kilobytes = Math.ceil(bytes / 1024);
  if (bytes > letterBytes.stop)
    return [stop('size', `the letter has ${kilobytes} KB: Gmail cuts at 100 KB, and the way out with it`, wholeLetter)];
  return bytes > letterBytes.warn
    ? [warn('size', `the letter has ${kilobytes} KB: at 100 KB Gmail cuts it`, wholeLetter)]
    : [];
}

function ofWayOut(
  use: TemplateUse,
  { html }: RenderedLetter,
  { wayOut, address }: ToCheck['given'],
): TemplateProblem[] {
  const shown = html
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replaceAll('&#34;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  const problems: TemplateProblem[] = [];
  if (!shown.includes(wayOut))
    problems.push(
      use === 'double_opt_in'
        ? stop('no-confirm', 'nobody can confirm: add a Confirm block, or {{ confirmUrl }} as a link', wholeLetter)
        : stop(
            'no-unsubscribe',
            'nobody can leave: add a Footer block, or {{ unsubscribeUrl }} as a link',
            wholeLetter,
          ),
    );
  if (!shown.includes(address))
    problems.push(
      stop(
        'no-address',
        'the sender’s postal address is missing: add a Footer block, or {{ shop.postalAddress }}',
        wholeLetter,
      ),
    );
  return problems;
}

function ofText({ text }: RenderedLetter): TemplateProblem[] {
  return text.trim() === ''
    ? [stop('no-text', 'the letter says nothing as text: write its text part', wholeLetter)]
    : [];
}

const longSubject = 50;

function ofSubject({ subject }: RenderedLetter): TemplateProblem[] {
  if (subject === '') return [stop('subject-empty', 'the subject is empty', { in: 'subject' })];
  const length = [...subject].length;
  return length > longSubject
    ? [
        warn('subject-long', `the subject has ${length} characters: phones show about ${longSubject}`, {
          in: 'subject',
        }),
      ]
    : [];
}

/** Words that filters count; each alone is harmless. */
const loud =
  /100 ?% (?:free|бесплатн)|act now|buy now|click here|risk[- ]free|no obligation|earn money|cash bonus|double your|viagra|casino|winner|только сегодня|жми сюда|нажми здесь|заработ(?:ай|ок)|без риска|вы выиграли|казино|срочно/i;

function ofSpam({ subject, text, html }: RenderedLetter): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const letters = subject.replace(/[^\p{L}]/gu, '');
  const capitals = subject.replace(/[^\p{Lu}]/gu, '');
  if (letters.length >= 8 && capitals.length > letters.length * 0.6)
    problems.push(warn('spam', 'the subject shouts: filters count capital letters', { in: 'subject' }));
  if (/!{2,}|\?{2,}|[!?].*[!?].*[!?]/.test(subject))
    problems.push(
      warn('spam', 'the subject has many exclamation or question marks: filters count them', { in: 'subject' }),
    );
  if (/^(?:re|fwd?):/i.test(subject))
    problems.push(
      warn('spam', 'the subject pretends to be an answer: filters and readers dislike it', { in: 'subject' }),
    );
  const word = loud.exec(subject)?.[0] ?? loud.exec(text)?.[0];
  if (word) problems.push(warn('spam', `“${word}” is a word that filters count`, wholeLetter));
  const pictures = html.match(/<img\b/gi)?.length ?? 0;
  if (pictures > 0 && text.replace(/https?:\/\/\S+/g, '').trim().length < 80)
    problems.push(
      warn('spam', 'the letter is nearly all pictures: filters and readers without pictures see little', wholeLetter),
    );
  return problems;
}
