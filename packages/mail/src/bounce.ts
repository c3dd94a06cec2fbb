// A delivery status notification (RFC 3464) to the letter that came back. What is not one, or names no letter, is null.
import PostalMime from 'postal-mime';

export interface Bounce {
  /** The id of the letter that came back, from the Message-ID of the returned headers. */
  letter: string;
  /** True: the address does not exist or refuses us for good (status 5.x.x). False: for now. */
  permanent: boolean;
  /** The server's own words, cut short. */
  diagnostic: string;
}

const idPattern = /^message-id:\s*<([a-z2-7]{26})@/im;

/** Reads a message as it came in. Throws where it is no message at all. */
export async function readBounce(raw: Uint8Array | ArrayBuffer): Promise<Bounce | null> {
  const mail = await PostalMime.parse(raw, { rfc822Attachments: true, forceRfc822Attachments: true });
  const parts = mail.attachments.map((part) => ({ type: part.mimeType.toLowerCase(), text: textOf(part.content) }));
  const report = parts.find((part) => part.type === 'message/delivery-status');
  if (!report) return null;
  const returned = parts.filter((part) => part.type === 'message/rfc822' || part.type === 'text/rfc822-headers');
  const letter = idPattern.exec(returned.map((part) => part.text).join('\n'))?.[1];
  const status = /^status:\s*([245])\.\d{1,3}\.\d{1,3}/im.exec(report.text)?.[1];
  const failed = /^action:\s*failed/im.test(report.text);
  if (!letter || !status || status === '2') return null;
  const diagnostic = /^diagnostic-code:\s*([^\r\n]+)/im.exec(report.text)?.[1] ?? 'no reason given';
  return { letter, permanent: failed && status === '5', diagnostic: diagnostic.slice(0, 200) };
}

function textOf(content: string | ArrayBuffer | Uint8Array): string {
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}
