// What a report says of each recipient. With a machine-readable part its fields count; without one the words of the mail are gone
// through: qmail, Exim, Exchange, Gmail's old form and a dozen others each write their own.
import type { Email } from 'postal-mime';
import type { Refusal } from './bounce-kind.ts';

export type RecipientRefusal = Refusal & { address: string | null };

interface Returned {
  mail: Email;
  /** Texts of the parts of type `message/delivery-status`. */
  report: readonly string[];
  raw: Uint8Array | ArrayBuffer;
}

const longestWords = 4_000;
const address = /[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+\.\w+/;
/** Where the letter itself begins, its words are no reason. */
const original =
  /^(?:-{3,} ?(?:this is a copy|original message|below this line|the header|returned message|message header|below is|included is|enclosed|forwarded|unsent|the body|begin)|received: |return-path: |message-id: |message headers follow|original message follows|.{0,20}original message follows|-{2,} ?(?:returned|original|undelivered))/im;
const atText = /end of data|in reply to (?:end of )?data|data command|after data|>>> data\s+<<< 5|smtp command\s+data/i;
const atAddress = /rcpt to|smtp:rcpt|in reply to rcpt|>>> rcpt|recipient address rejected|recipient rejected/i;
const atSender = /after mail from|in reply to mail from|>>> mail from:[^\n]*\n\s*<<< [45]/i;

/** Null: it is no report of delivery. */
export function refusalsOf({ mail, report, raw }: Returned): RecipientRefusal[] | null {
  const text = mail.text ?? (mail.html ?? '').replace(/<[^>]*>/g, ' ');
  const said = (text.split(original, 1)[0] ?? text).slice(0, longestWords);
  const fields = report.flatMap((part) => blocksOf(part));
  const perRecipient = fields.filter(
    (block) => block.has('final-recipient') || block.has('original-recipient') || block.has('action'),
  );
  if (perRecipient.length > 0) return perRecipient.map((block) => refusalOf(block, said, perRecipient.length));
  if (!isFromMailSystem(mail)) return null;
  // A wish to know of success, answered.
  if (/\bsuccessful(?:ly)?\b/i.test(mail.subject ?? '')) return [];
  return withoutFields(mail, said, raw);
}

function refusalOf(block: ReadonlyMap<string, string>, said: string, recipients: number): RecipientRefusal {
  const status = /([245]\.\d{1,3}\.\d{1,3}.*)/.exec(block.get('status') ?? '')?.[1] ?? null;
  const diagnostic = (block.get('diagnostic-code') ?? '').replace(/^[\w.-]+\s*;\s*/, '');
  const whom = block.get('final-recipient') ?? block.get('original-recipient') ?? '';
  // The code alone says little; the mail's own words say more, where they are about one recipient.
  const thin = diagnostic.replace(/[\d.\s;-]/g, '').length < 8;
  const recipient = address.exec(whom)?.[0].toLowerCase() ?? null;
  const paragraph = aboutEach(said).find((one) => one.whom === recipient)?.words;
  const around = recipients === 1 ? said : '';
  const words = thin ? `${diagnostic} ${paragraph ?? ''} ${around}` : diagnostic;
  return {
    address: recipient,
    action: /^\s*(\w+)/.exec(block.get('action') ?? '')?.[1]?.toLowerCase() ?? null,
    status,
    words,
    around,
    refusedAt: stepOf(`${said} ${diagnostic}`),
  };
}

/** Fields of a report, block by block, names in lower case, folded lines as one (RFC 3464 §2). */
function blocksOf(part: string): Map<string, string>[] {
  const unfolded = part.replace(/\r\n/g, '\n').replace(/\n[ \t]+/g, ' ');
  return unfolded.split(/\n{2,}/).map((block) => {
    const lines = block.split('\n').flatMap((line) => {
      const [, name = '', value = ''] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
      return name ? [[name.toLowerCase(), value.trim()] as const] : [];
    });
    return new Map(lines);
  });
}

/** Whether it says of itself that it comes from a mail system, not from a person or their absence. */
export function isFromMailSystem(mail: Email): boolean {
  const from = `${mail.from?.name ?? ''} ${mail.from?.address ?? ''}`;
  const returnPath = mail.returnPath?.trim();
  const subject = mail.subject ?? '';
  if (
    /mailer[-_ ]?daemon|post_?master|mail delivery|system administrator|mail ?system|mdaemon|no-?reply.*(?:amazonses|mail)/i.test(
      from,
    )
  )
    return true;
  return (
    returnPath === '<>' ||
    /undeliver|delivery (?:status|fail|report|error)|mail (?:delivery )?(?:fail|system error)|returned mail|failure notice|non remis|could not (?:be )?deliver|nondeliver|unzustellbar|delivery has failed|delivery problem/i.test(
      subject,
    )
  );
}

function stepOf(words: string): RecipientRefusal['refusedAt'] {
  if (atSender.test(words)) return 'sender';
  if (atText.test(words)) return 'text';
  return atAddress.test(words) ? 'address' : null;
}

/** Without fields: each paragraph that begins with an address is about that one, and what is said before is about all. */
function withoutFields(mail: Email, said: string, raw: Uint8Array | ArrayBuffer): RecipientRefusal[] {
  const subject = mail.subject ?? '';
  const isLate = late.test(subject) && !/fail|undeliver|return/i.test(subject);
  const text = said.trim() || bodyOf(raw);
  const named = mail.headers.find(({ key }) => key === 'x-failed-recipients')?.value;
  const paragraphs = aboutEach(text);
  const about = paragraphs.length > 0 ? paragraphs : [{ whom: address.exec(named ?? text)?.[0] ?? null, words: text }];
  return about.map(({ whom, words }) => ({
    address: whom?.toLowerCase() ?? null,
    action: isLate ? 'delayed' : 'failed',
    status: /(?:^|[\s#(:;-])([245]\.\d{1,3}\.\d{1,3})(?=$|[\s)>;,:.-])/.exec(words)?.[1] ?? null,
    words: `${about.length === 1 ? text : words} ${subject}`,
    around: text,
    refusedAt: stepOf(about.length === 1 ? `${text} ${words}` : words),
  }));
}

/** Where the parts cannot be read, what follows the header is all there is. */
function bodyOf(raw: Uint8Array | ArrayBuffer): string {
  const text = new TextDecoder().decode(raw);
  return text.slice(text.search(/\r?\n\r?\n/)).slice(0, longestWords);
}

const late =
  /delay|warning|still (?:being )?(?:trying|retried)|will (?:continue|keep) (?:to )?try|no action is required/i;
const beginsWithAddress =
  /^[ \t]*(?:5\d\d[ -])?<?([\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+\.\w+)>?(?:[ \t]*(?::|$|\.\.\.)| on [A-Z][a-z]{2}, )/gm;

/** `<ann@mail.example>:` and what follows, up to the next address; what is said of one in several places is put together. */
function aboutEach(text: string): { whom: string; words: string }[] {
  const begins = [...text.matchAll(beginsWithAddress)];
  const said = begins.map((begin, at) => ({
    whom: (begin[1] ?? '').toLowerCase(),
    words: paragraphOf(text.slice(begin.index, begins[at + 1]?.index ?? text.length)),
  }));
  return [...Map.groupBy(said, ({ whom }) => whom)].map(([whom, list]) => ({
    whom,
    words: list.map(({ words }) => words).join(' '),
  }));
}

/** Old sendmail writes a line for each; what follows it is about another. */
function paragraphOf(text: string): string {
  return /^\s*5\d\d/.test(text) ? (text.trimStart().split('\n', 1)[0] ?? '') : text;
}
