// The mailbox as a process of its own: an SMTP server that takes the letters, and a page to read them.
import { serve } from '@hono/node-server';
import { z } from 'zod';
import { mailboxApp } from './app.ts';
import { Letters } from './letters.ts';
import { smtpServer } from './smtp.ts';

const env = z
  .object({ MAILBOX_PORT: z.coerce.number(), MAILBOX_SMTP_PORT: z.coerce.number(), MAILBOX_FOLDER: z.string() })
  .parse(process.env);
const letters = new Letters(env.MAILBOX_FOLDER);
smtpServer(letters).listen(env.MAILBOX_SMTP_PORT, '127.0.0.1');
serve({ fetch: mailboxApp(letters).fetch, port: env.MAILBOX_PORT, hostname: '127.0.0.1' });
