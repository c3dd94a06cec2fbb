import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReturnedMail } from './index.ts';

const letter = 'abcdefghijklmnopqrst234567';
const utf8 = new TextEncoder();

function mail(headers: string[], ...lines: string[]): Uint8Array {
  return utf8.encode([...headers, 'MIME-Version: 1.0', ...lines].join('\r\n'));
}

interface Report {
  status?: string;
  action?: string;
  words?: string;
  id?: string;
  type?: string;
  encoded?: boolean;
}

/** A delivery status notification (RFC 3464). */
function notification(of: Report = {}): Uint8Array {
  const { status = '5.1.1', action = 'failed', words = `550 ${status} something`, id = letter } = of;
  const fields = [
    'Reporting-MTA: dns; mx.example',
    '',
    'Final-Recipient: rfc822; Ann@mail.example',
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp;`,
    `  ${words}`,
    '',
  ].join('\r\n');
  return mail(
    ['From: MAILER-DAEMON@mx.example', 'To: letters@shop.example', 'Subject: Undelivered'],
    'Content-Type: multipart/report; report-type=delivery-status; boundary="cut"',
    '',
    ...[
      '--cut',
      'Content-Type: text/plain',
      '',
      'It could not be delivered.',
      '--cut',
      'Content-Type: message/delivery-status',
    ],
    ...(of.encoded ? ['Content-Transfer-Encoding: base64', '', btoa(fields)] : ['', fields]),
    ...[
      '--cut',
      `Content-Type: ${of.type ?? 'text/rfc822-headers'}`,
      '',
      `Message-ID: <${id}@shop.example>`,
      'Subject: You left something',
      '',
      '--cut--',
      '',
    ],
  );
}

async function kindOf(of: Report): Promise<unknown> {
  const read = await readReturnedMail(notification(of), null);
  return read.is === 'bounce' ? read.recipients[0]?.kind : read.is;
}

describe('a letter that comes back', () => {
  it('is known by its id, with who it was for and the server’s own words', async () => {
    const recipients = [{ address: 'ann@mail.example', kind: 'hard', words: '550 5.1.1 no such user' }];
    const bounce = { is: 'bounce', letter, recipients };
    expect(await readReturnedMail(notification({ words: '550 5.1.1 no such user' }), null)).toEqual(bounce);
    for (const more of [{ type: 'message/rfc822' }, { encoded: true }])
      expect(await readReturnedMail(notification({ words: '550 5.1.1 no such user', ...more }), null)).toEqual(bounce);
  });

  it.each([
    ['b+abcdefghijklmnopqrst234567@back.example', 'by the address it came back to'],
    ['B+ABCDEFGHIJKLMNOPQRST234567@back.example', 'whatever became of its case'],
    ['prvs=0123456789=b+abcdefghijklmnopqrst234567@back.example', 'in a wrapping of BATV'],
  ])('is known %s %s', async (to) => {
    expect(await readReturnedMail(notification({ id: 'somebody-elses' }), to)).toMatchObject({ is: 'bounce', letter });
  });

  it.each([
    ['5.1.1', '550 5.1.1 <ann@mail.example>: User unknown', 'hard'],
    ['5.0.0', '550 5.1.1 No such user', 'hard'],
    ['5.1.10', '550 5.1.10 RESOLVER.ADR.RecipientNotFound', 'hard'],
    ['5.4.4', 'Host or domain name not found', 'hard'],
    ['5.2.2', '552 5.2.2 mailbox full', 'soft'],
    ['5.1.1', '550 5.1.1 over quota', 'soft'],
    ['4.2.2', '452 4.2.2 try again later', 'soft'],
    ['5.3.4', '552 5.3.4 message too large', 'soft'],
    ['5.7.1', '550 5.7.1 blocked by our policy', 'policy'],
    ['5.7.515', '550 5.7.515 Access denied, sending domain does not meet the required authentication level', 'policy'],
    ['5.0.0', '554 Transaction failed', 'unclear'],
  ])('with %s %s came back for what it was: %s', async (status, words, kind) => {
    expect(await kindOf({ status, words })).toBe(kind);
  });

  it('is no bounce where it is only late, or was delivered', async () => {
    expect(await kindOf({ status: '4.4.1', action: 'delayed' })).toBe('notice');
    expect(await kindOf({ status: '2.0.0', action: 'delivered' })).toBe('notice');
  });
});

describe('other mail', () => {
  const person = ['From: Ann <ann@mail.example>', 'To: letters@shop.example'];

  it('is a complaint where it is a report of abuse, and of which letter', async () => {
    const report = (type: string) =>
      mail(
        ['From: feedback@mail.example', 'To: b@back.example', 'Subject: FW: You left something'],
        'Content-Type: multipart/report; report-type=feedback-report; boundary="cut"',
        '',
        ...[
          '--cut',
          'Content-Type: message/feedback-report',
          '',
          `Feedback-Type: ${type}`,
          'User-Agent: Yahoo!-Mail-Feedback/2.0',
          'Version: 1',
          '',
        ],
        ...[
          '--cut',
          'Content-Type: message/rfc822',
          '',
          `Message-ID: <${letter}@shop.example>`,
          '',
          'text',
          '--cut--',
          '',
        ],
      );
    const complaint = { is: 'complaint', letter, type: 'abuse', words: 'Yahoo!-Mail-Feedback/2.0' };
    expect(await readReturnedMail(report('abuse'), null)).toEqual(complaint);
    expect(await readReturnedMail(report('not-spam'), null)).toMatchObject({ is: 'complaint', type: 'not-spam' });
    expect(await readReturnedMail(report('opt-out'), null)).toEqual({ is: 'unsubscribe', letter });
  });

  it('is a wish to leave where it goes to the address for that', async () => {
    const to = `u+${letter}@back.example`;
    expect(await readReturnedMail(mail([...person, 'Subject: whatever'], '', 'bye'), to)).toEqual({
      is: 'unsubscribe',
      letter,
    });
  });

  it.each([
    'Auto-Submitted: auto-replied',
    'X-Autoreply: yes',
    'Subject: Out of office: back on Monday',
    'Subject: Abwesenheitsnotiz',
    'Subject: Автоответ: в отпуске',
  ])('is a note of absence: %s', async (header) => {
    const read = await readReturnedMail(mail([...person, header], '', 'The user is unknown to me. 550 5.1.1'), null);
    expect(read).toMatchObject({ is: 'auto-reply' });
  });

  it('is somebody’s answer where nothing says otherwise', async () => {
    const answer = mail([...person, 'Subject: Re: You left something'], '', 'no such user, 550 5.1.1, spam!');
    expect(await readReturnedMail(answer, null)).toEqual({ is: 'other', letter: null });
  });

  it('of any bytes is read without throwing and without taking long', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        expect((await readReturnedMail(bytes, null)).is).not.toBe('bounce');
      }),
      { numRuns: 50 },
    );
    for (const text of [
      '<a@b.example>'.repeat(20_000),
      'user '.repeat(50_000),
      `${'a'.repeat(100_000)}@`,
      '550 '.repeat(60_000),
    ]) {
      const before = performance.now();
      await readReturnedMail(mail(['From: MAILER-DAEMON@mx.example', 'Subject: Undelivered'], '', text), null);
      expect(performance.now() - before).toBeLessThan(5_000);
    }
  });
});
