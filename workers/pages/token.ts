import type { TokenPayload } from '@winback/mail';
import { readToken } from '@winback/mail';
import type { Context } from 'hono';
import type { Env } from '../env.ts';
import { settingsOf } from '../env.ts';

export type PagesContext = Context<{ Bindings: Env }>;

/** What the page's address says, where it is ours, of this kind and not too old; null: it is none. */
export async function tokenOf<Kind extends TokenPayload['kind']>(
  c: PagesContext,
  kind: Kind,
): Promise<Extract<TokenPayload, { kind: Kind }> | null> {
  const read = await readToken(settingsOf(c.env).LINK_SECRET, c.req.param('token') ?? '', Date.now());
  return read.ok && read.value.kind === kind ? (read.value as Extract<TokenPayload, { kind: Kind }>) : null;
}
