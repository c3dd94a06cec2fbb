import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const folder = join(import.meta.dirname, '../../../migrations');

it('never edits a migration that is out: every file still has the hash that was noted when it was written', () => {
  const noted = JSON.parse(readFileSync(join(folder, 'hashes.json'), 'utf8')) as Record<string, string>;
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  const found = Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );
  expect(found).toEqual(noted);
});
