import { createServer } from 'node:net';

/** The ports of a local Winback, each with the words for people and the setting that moves it. */
export const ports = {
  api: {
    words: 'the dashboard and the API',
    setting: 'WINBACK_PORT',
    number: Number(process.env['WINBACK_PORT'] ?? 8787),
  },
  store: { words: 'the demo store', setting: 'STORE_PORT', number: Number(process.env['STORE_PORT'] ?? 8788) },
  mailbox: { words: 'the mailbox', setting: 'MAILBOX_PORT', number: Number(process.env['MAILBOX_PORT'] ?? 8789) },
  smtp: {
    words: 'the mailbox’s SMTP server',
    setting: 'MAILBOX_SMTP_PORT',
    number: Number(process.env['MAILBOX_SMTP_PORT'] ?? 8790),
  },
} as const;

/** A sentence for each port that somebody else uses; none when all are free. */
export async function takenPorts(): Promise<string[]> {
  const answers = await Promise.all(
    Object.values(ports).map(async ({ words, setting, number }) =>
      (await isFree(number))
        ? []
        : [
            `Port ${number}, for ${words}, is taken. Stop what uses it, or choose another: ${setting}=${number + 100} pnpm start`,
          ],
    ),
  );
  return answers.flat();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
