// A real SMTP server that notes what it took, and tells the harness where the dialogue is, so that the Worker can be
// killed in the middle of it. A letter counts as taken when the server decides so, whether or not its 250 is ever heard.
import { SMTPServer } from 'smtp-server';

export const dialogue = [
  'SMTP connects',
  'SMTP MAIL',
  'SMTP RCPT',
  'SMTP DATA',
  'SMTP body, dropped',
  'SMTP body, taken',
  'SMTP answered',
  'SMTP answered a moment ago',
] as const;
export type DialoguePoint = (typeof dialogue)[number];

export interface Taken {
  letter: string;
  to: string;
}

export interface PostOffice {
  taken: Taken[];
  close(): void;
}

/** `reached` answers false where the Worker was killed there: then it hears nothing more. Refuses `refused…@` for good. */
export function openPostOffice(port: number, reached: (point: DialoguePoint) => boolean): Promise<PostOffice> {
  const taken: Taken[] = [];
  const step = (point: DialoguePoint, go: () => void) => {
    if (reached(point)) go();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    onConnect: (_session, done) => step('SMTP connects', done),
    onMailFrom: (_address, _session, done) => step('SMTP MAIL', done),
    onRcptTo: ({ address }, _session, done) =>
      step('SMTP RCPT', () =>
        address.startsWith('refused') ? done(Object.assign(new Error('no such box'), { responseCode: 550 })) : done(),
      ),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      if (!reached('SMTP DATA')) return;
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (!reached('SMTP body, dropped')) return;
        const to = session.envelope.rcptTo.map((one) => one.address).join(', ');
        taken.push({ letter: letterOf(Buffer.concat(chunks).toString('latin1')), to });
        if (!reached('SMTP body, taken')) return;
        done();
        setImmediate(() => reached('SMTP answered'));
        setTimeout(() => reached('SMTP answered a moment ago'), 4);
      });
    },
  });
  // A killed client leaves its connection in the middle of a command.
  server.on('error', () => undefined);
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve({ taken, close: () => server.close() }));
  });
}

/** The letter's id stands before the @ of its Message-ID. */
function letterOf(source: string): string {
  return /^message-id:\s*<([^@>]+)@/im.exec(source)?.[1] ?? 'a letter without a Message-ID';
}
