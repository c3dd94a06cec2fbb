import { describe, expect, it } from 'vitest';
import { readBounce } from './index.ts';

const letter = 'abcdefghijklmnopqrst234567';

function notification(status: string, action = 'failed', id = letter, type = 'text/rfc822-headers'): Uint8Array {
  return new TextEncoder().encode(
    [
      'From: MAILER-DAEMON@mx.example',
      'To: letters@shop.example',
      'Subject: Undelivered',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"',
      '',
      '--cut',
      'Content-Type: text/plain',
      '',
      'It could not be delivered.',
      '--cut',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      'Final-Recipient: rfc822; ann@mail.example',
      `Action: ${action}`,
      `Status: ${status}`,
      'Diagnostic-Code: smtp; 550 5.1.1 no such user',
      '',
      '--cut',
      `Content-Type: ${type}`,
      '',
      `Message-ID: <${id}@shop.example>`,
      'Subject: You left something',
      '',
      '--cut--',
      '',
    ].join('\r\n'),
  );
}

describe('a letter that comes back', () => {
  it('is known by its id, for good or for now', async () => {
    expect(await readBounce(notification('5.1.1'))).toEqual({
      letter,
      permanent: true,
      diagnostic: 'smtp; 550 5.1.1 no such user',
    });
    expect(await readBounce(notification('4.2.2', 'delayed'))).toMatchObject({ letter, permanent: false });
    expect(await readBounce(notification('5.1.1', 'failed', letter, 'message/rfc822'))).toMatchObject({
      letter,
      permanent: true,
    });
  });

  it('is nothing when it names no letter of ours, was delivered, or is no notification', async () => {
    expect(await readBounce(notification('5.1.1', 'failed', 'somebody-elses-id'))).toBeNull();
    expect(await readBounce(notification('2.0.0', 'delivered'))).toBeNull();
    expect(await readBounce(new TextEncoder().encode('Subject: hello\r\n\r\nhow are you'))).toBeNull();
  });
});
