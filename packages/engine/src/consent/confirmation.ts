// Double opt-in: which word of a shopper subscribes, and which one is only asked about by a letter.
import type { CaptureSettings, ConfirmRule, Consent } from '@winback/domain';

/**
 * What stands behind an address. `named`: somebody is called so. `captured`: it was typed into a form that has no box of its own.
 * `agreed`: a box was ticked beside it. `vouched`: the shop's own system says that its owner agreed.
 */
export type Word = 'named' | 'captured' | 'agreed' | 'vouched';

/** The word of an address that came with `consent` from `source`. A box that was left empty is an answer: nobody asks again. */
export function wordOf(
  { consent, source, vouched }: { consent: boolean; source: string; vouched: boolean },
  { anyField, forms }: CaptureSettings,
): Word {
  if (consent) return vouched ? 'vouched' : 'agreed';
  const captured =
    (anyField && source === 'capture') || forms.some((form) => form.source === source && form.consentBox === null);
  return captured && !vouched ? 'captured' : 'named';
}

/** What a word does under the shop's rule. */
export function answerTo(word: Word, confirm: ConfirmRule): 'nothing' | 'ask' | 'subscribe' {
  switch (word) {
    case 'named':
      return 'nothing';
    case 'captured':
      return confirm === 'never' ? 'nothing' : 'ask';
    case 'agreed':
      return confirm === 'always' ? 'ask' : 'subscribe';
    case 'vouched':
      return 'subscribe';
  }
}

/**
 * Whether somebody may be asked to confirm, by what is known of them. Who left is asked only where they ticked a box anew, and an
 * address that was heard by the way is asked about once. How often at most is counted where the letters are.
 */
export function mayAsk(
  { consent, askedAt }: { consent: Consent; askedAt: number | null },
  word: Word,
  confirm: ConfirmRule,
): boolean {
  if (confirm === 'never' || consent === 'subscribed') return false;
  if (word === 'captured') return consent === 'none' && askedAt === null;
  return word === 'agreed' && (consent === 'unsubscribed' || confirm === 'always');
}
