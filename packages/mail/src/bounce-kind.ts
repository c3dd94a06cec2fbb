// Why mail came back, from what the refusing server said. The enhanced status (RFC 3463) is a hint: relays write 5.0.0 for everything,
// and many servers give 5.1.1 for a full mailbox. So words that say something plain come first, then the code.
import type { BounceKind } from '@winback/domain';

/** What is known of one recipient's refusal. */
export interface Refusal {
  /** `failed`, `delayed`, `delivered`, …; null: the report does not say. */
  action: string | null;
  /** `5.1.1`, and what stands behind it in brackets; null: the report does not say. */
  status: string | null;
  /** The server's own words. */
  words: string;
  /** What the mail says around them. */
  around: string;
  /** At which step of the talk it was refused; null: it does not say. */
  refusedAt: 'sender' | 'address' | 'text' | null;
}

const full =
  /quota|mailbox (?:is |size |for user is )?(?:full|limit|exceed)|(?:mail|in)box .{0,30}\bfull|out of storage|over ?the ?limit|(?:not enough|insufficient) (?:disk|storage|system)? ?(?:space|storage)|too much mail data|storage (?:space|limit)|disk full|no space left|mail(?:box| folder) .{0,20}full/i;
const notNow =
  /timed? ?out|try again|temporar|deferred|too many (?:connections|hops|recipients)|rate (?:limit|that)|frequency|connection (?:refused|reset|lost)|could not be reached|retry time|queue\.expired|message expired|delivery time expired|greylist|not available|hop count|too (?:large|big|long)|exceeds? (?:the )?(?:maximum|limit|size)|size (?:limit|exceeds)|message length|network (?:is )?unreachable|unable to connect|did not respond|no route to host|delivery is delayed|unable to deliver.{0,60}(?:hours|days)/i;
const asleep =
  /(?:account|mailbox|user|recipient|address).{0,60}(?:disabled|suspend|inactive|locked|deactivated|on hold|over-?active|blocked)|disabled recipient|(?:inactive|disabled|suspended) (?:user|account|mailbox|recipient)|this account has been/i;
const policy =
  /spam(?!net)|block(?:ed|list| list)|black ?list|\b(?:rbl|dnsbl|ubl)\b|banned|polic(?:y|ies)|\bspf\b|\bdkim\b|\bdmarc\b|reputation|content.{0,20}reject|reject.{0,20}content|virus|malware|relay|not (?:allowed|permitted|authori[sz]ed|accepted)|unauthenticated|authentication|\bptr\b|reverse dns|\brdns\b|suspicious|sender.{0,30}(?:reject|denied|not exist|verif|refus|invalid)|domain of sender|rfc ?5322|unsolicited|refused (?:due|by)|service refus|protocol violation|(?:duplicate|invalid|multiple|improper|missing).{0,40}header|bad dns|mismatch|ip name lookup|purported|restricted|prohibited|only (?:accept|members)|member|permission|moderat|not a registered gateway|unusual|loop|forbidden|complain|access denied(?! \[)|helo|unsigned|verification failed/i;
const nobody =
  /(?:user|recipient|mailbox|account|address|alias|local part|e-?mail)(?: (?:name|address|account))?(?: [<"'“‘]?\S+@\S+[>"'”’]?)?(?: is| was)? ?(?:not (?:found|known|exist|valid|listed|recogni[sz]ed|a known user)|unknown|invalid|unavailable|undeliverable)|(?:unknown|no such|invalid|non-?existent|bad|illegal|incorrect) (?:local )?(?:user|recipient|mailbox|account|address|person|destination|e-?mail)|(?:does(?: not|n[’']?t)|did(?: not|n[’']?t)|doesn) (?:exist|have an? )|no (?:mailbox|account|valid recipients?|user|longer (?:on|valid|exist|available|in use|accept|with|an? ))|user.{0,3}unknown|not our (?:user|customer)|recipnotfound|recipient not found|there is no (?:user|account)|couldn[’']?t be found|could not be found|wasn[’']?t found|address rejected\.?\s*(?:$|\(in reply|\[)|adresse .{0,20}invalide|isn[’']?t here|moved to|has (?:moved|been removed)|not listed in|name is not|no existe|nicht bekannt|unbekannt|rejected: access denied \[/i;
const noHost =
  /host (?:or domain name )?(?:not found|unknown)|unknown (?:host|domain)|no such (?:host|domain)|domain (?:name )?(?:not found|does not exist|isn[’']?t|is not)|name service error|unroutable|unrouteable|couldn[’']?t find any host|null ?mx|does(?: not|n[’']?t) (?:accept|receive) (?:e-?mail|mail|any)|all relevant mx records point|no (?:mx|mail exchanger)|\b553 (?:[\w-]+\.)+\w+ does not exist|dns (?:failure|error)|mail server.{0,20}not found/i;

/** Said by systems that know their people, in words that no filter uses. */
const surelyNobody =
  /recipient name is not recogni[sz]ed|not listed in|account or domain may not exist|^\s*unknown user: |no such user here|couldn[’']?t be found\. check|unknown or illegal user/i;
/** Who writes so knows it from the talk at the address: Gmail and MessageLabs say no more. */
const surelyAround = /\*\* address not found \*\*|mail delivery agent at messagelabs\.com/i;
/** Filters that hide behind an address which they do not say, or put it behind the words. */
const hidden = /\b550:? : ?user unknown/i;
const maybeHidden = /\b550[- ]'?unknown user \S+@/i;
/** Yahoo says it after the text, and means it. */
const yahooNobody = /delivery error: dd this user doesn/i;
const switchedOff = /account is (?:temporarily )?(?:disabled|suspended)/i;
const hardCodes = /^5\.(?:1\.(?:1|2|3|6|10)|4\.4)$/;
/** Where the words say that nobody is there, these say it too. */
const sureCodes = /^(?:[45]\.1\.(?:0|1|2|3|6|10|351)|5\.2\.1|5\.5\.0|5\.4\.[14])$/;
const softCodes = /^(?:4\.\d+\.\d+|5\.2\.[1-9]|5\.3\.\d+|5\.4\.\d+)$/;
const policyCodes = /^(?:5\.7\.\d+|5\.6\.\d+|5\.1\.[78])$/;

/** Null: nothing came back for good or for a while; it was delivered, or is only late. */
export function bounceKind({ action, status, words, around, refusedAt }: Refusal): BounceKind | null {
  if (action !== null && action !== 'failed') return null;
  const said = /^\d+\.\d+\.\d+/.exec(status ?? '')?.[0] ?? null;
  const code = codeOf(words) ?? (said !== null && !/^\d\.0\.0$/.test(said) ? said : null);
  // A status that says itself that it may pass is believed, whatever was quoted beside it.
  if (full.test(words) || /^4\.[2-6]\.\d/.test(said ?? '')) return 'soft';
  if (code !== null && policyCodes.test(code)) return 'policy';
  if (refusedAt === 'sender') return 'policy';
  if (switchedOff.test(words) || /^[^(]*\(mailbox disabled/.test(status ?? '')) return 'soft';
  if (yahooNobody.test(words)) return 'hard';
  if (asleep.test(words) && !/unknown|no such user/i.test(words)) return 'soft';
  if (noHost.test(words)) return status?.startsWith('4.') ? 'soft' : 'hard';
  if (refusedAt !== 'text' && surelyNobody.test(words)) return 'hard';
  const isNobody = nobody.test(words);
  if (policy.test(words) && !(isNobody && code !== null && hardCodes.test(code))) return 'policy';
  // Who knows its people says so at the address, or with a code; else it may be a filter that pretends.
  const codeIsSure = [code, said].some((one) => one !== null && sureCodes.test(one));
  if (isNobody && hidden.test(words)) return code !== null && hardCodes.test(code) ? 'hard' : 'unclear';
  if (isNobody && maybeHidden.test(words) && !codeIsSure) return 'unclear';
  if (isNobody) return codeIsSure || refusedAt === 'address' || surelyAround.test(around) ? 'hard' : 'unclear';
  if (notNow.test(words)) return 'soft';
  if (code !== null && hardCodes.test(code)) return 'hard';
  if (code !== null && softCodes.test(code)) return 'soft';
  return status?.startsWith('4.') || /\b4\d\d[ -]/.test(words) ? 'soft' : 'unclear';
}

/** The enhanced status within the server's words, unless it says nothing. */
function codeOf(words: string): string | null {
  const codes = [...words.matchAll(/(?:^|[\s#(:;-])([245]\.\d{1,3}\.\d{1,3})(?=$|[\s)>;,:.-])/g)].map(
    ([, code = '']) => code,
  );
  return codes.find((code) => !/\.0\.0$/.test(code)) ?? null;
}
