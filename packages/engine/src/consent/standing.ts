// Where an address stands: the person's own word and what mail systems said of it, as one. What may be written to whom follows
// from it.
import type { Consent, LetterReason } from '@winback/domain';

/**
 * `agreed`: said so, and never had to confirm. `bounced`: the address does not exist. `complained`: called a letter spam.
 * `suppressed`: given up for another reason, as a list that the shop brought along. `erased`: wanted to be forgotten.
 */
export type Standing =
  | 'unknown'
  | 'pending'
  | 'agreed'
  | 'confirmed'
  | 'unsubscribed'
  | 'bounced'
  | 'complained'
  | 'suppressed'
  | 'erased';

/** `service`: what somebody asked for: the question whether they want letters. */
export type LetterKind = 'trigger' | 'service';

interface Known {
  consent: Consent;
  confirmedAt: number | null;
  /** Why mail was given up for the address, in the words in which it was noted; null: it was not. */
  suppression: string | null;
}

/** A soft bounce is none of these: a full mailbox empties. */
export function standingOf({ consent, confirmedAt, suppression }: Known): Standing {
  if (suppression !== null) return givenUp(suppression);
  switch (consent) {
    case 'none':
      return 'unknown';
    case 'subscribed':
      return confirmedAt === null ? 'agreed' : 'confirmed';
    default:
      return consent;
  }
}

function givenUp(reason: string): Standing {
  if (reason === 'erased') return 'erased';
  if (/complain|spam|abuse/i.test(reason)) return 'complained';
  return /bounce|does not exist|no such/i.test(reason) ? 'bounced' : 'suppressed';
}

type Refusal = {
  reason: Extract<
    LetterReason,
    'no-consent' | 'not-confirmed' | 'unsubscribed' | 'bounced' | 'complained' | 'suppressed' | 'confirmed'
  >;
  sentence: string;
};

/**
 * Why no letter of a kind may go to somebody of this standing; null: it may. @param refusedKind they said no to letters of this kind by name
 * @param permitted the law lets the shop write to who has not agreed
 */
export function refusalTo(
  standing: Standing,
  { kind, refusedKind, permitted }: { kind: LetterKind; refusedKind: boolean; permitted: boolean },
): Refusal | null {
  switch (standing) {
    case 'erased':
      return refusal('unsubscribed', 'the owner of this address wanted to be forgotten');
    case 'bounced':
      return refusal('bounced', 'letters to this address came back');
    case 'complained':
      return refusal('complained', 'this person called a letter of the shop spam');
    case 'suppressed':
      return refusal('suppressed', 'this address is on the shop’s list of addresses that get no letters');
    case 'unsubscribed':
      return kind === 'service' ? null : refusal('unsubscribed', 'the subscriber has unsubscribed');
    case 'pending':
      return kind === 'service'
        ? null
        : refusal('not-confirmed', 'the subscriber was asked to confirm and has not done so');
    case 'agreed':
    case 'confirmed':
      if (kind === 'service') return refusal('confirmed', 'the person agreed in the meantime');
      return refusedKind ? refusal('no-consent', 'the subscriber wants no letters of this kind') : null;
    case 'unknown':
      if (kind === 'service') return null;
      if (refusedKind) return refusal('no-consent', 'the subscriber wants no letters of this kind');
      return permitted ? null : refusal('no-consent', 'the subscriber has not agreed to letters');
  }
}

function refusal(reason: Refusal['reason'], because: string): Refusal {
  return { reason, sentence: `Not sent: ${because}.` };
}
