// The secrets that sign links, newest first. The first signs; those behind it still verify, so that a secret can be changed and
// letters that are out keep working.
import { createHmac } from 'node:crypto';

interface LinkKey {
  /** Four hex digits that tell keys apart and say nothing about them. */
  id: string;
  secret: string;
}

const known = new Map<string, readonly LinkKey[]>();

/** The secrets of a list that is written with commas or spaces between them, newest first. */
export function linkSecrets(list: string): string[] {
  return list.split(/[\s,]+/).filter(Boolean);
}

export function linkKeys(list: string): readonly LinkKey[] {
  const read = known.get(list);
  if (read) return read;
  const keys = linkSecrets(list).map((secret) => ({
    secret,
    id: createHmac('sha256', secret).update('winback links: the name of the key').digest('hex').slice(0, 4),
  }));
  known.set(list, keys);
  return keys;
}
