// The product's Worker as wrangler.toml binds it, on this machine.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../state.ts';
import type { WorkerdOptions } from './workerd.ts';

/** `waitSeconds`: how long a queue gathers a batch. */
export function productOptions(of: {
  script: string;
  port: number;
  store: string;
  settings: Record<string, string>;
  waitSeconds: number;
}): WorkerdOptions {
  const { waitSeconds, ...rest } = of;
  return {
    ...rest,
    objects: { VISITOR: 'Visitor', SHOP: 'Shop', PULSE: 'ShopPulse', SENDER: 'Sender' },
    d1: 'DB',
    r2: 'LAKE',
    queues: [
      { binding: 'EVENTS', name: 'winback-events', batch: 100, waitSeconds, retries: 8 },
      { binding: 'LETTERS', name: 'winback-letters', batch: 10, waitSeconds, retries: 8 },
      { binding: 'JOBS', name: 'winback-jobs', batch: 1, waitSeconds, retries: 5 },
      { binding: 'RETURNS', name: 'winback-returns', batch: 100, waitSeconds, retries: 8 },
    ],
  };
}

/** The statements of all migrations, oldest first. */
export function migrationStatements(): string[] {
  const folder = join(root, 'migrations');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('--> statement-breakpoint'));
}
