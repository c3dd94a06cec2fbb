// The one folder that holds everything a local Winback keeps: secrets, database, objects, letters. Git ignores it.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const root = join(import.meta.dirname, '..');
const stateFolder = process.env['WINBACK_STATE'] ?? join(root, '.winback');

const secretsSchema = z.object({
  AUTH_SECRET: z.string(),
  LINK_SECRET: z.string(),
  SETUP_TOKEN: z.string(),
  OWNER_PASSWORD: z.string(),
});
export type Secrets = z.infer<typeof secretsSchema>;

export function inState(...path: string[]): string {
  return join(stateFolder, ...path);
}

/** Begins anew: everything that was kept is gone. */
export function forgetState(): void {
  rmSync(stateFolder, { recursive: true, force: true });
}

/** Secrets are made once, here; none has a default anywhere. */
export function secretsOf(): Secrets {
  const file = inState('secrets.json');
  if (existsSync(file)) return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const made: Secrets = {
    AUTH_SECRET: randomBytes(32).toString('base64url'),
    LINK_SECRET: randomBytes(32).toString('base64url'),
    SETUP_TOKEN: randomBytes(32).toString('base64url'),
    OWNER_PASSWORD: randomBytes(9).toString('base64url'),
  };
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}
