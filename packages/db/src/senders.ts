import type { ProviderConfig, SenderKind, SendingLimit, ShopId } from '@winback/domain';
import { providerConfigSchema, senderKindSchema, sendingLimitSchema } from '@winback/domain';
import { eq } from 'drizzle-orm';
import type { Database } from './database.ts';
import { senders, sendingLimits } from './schema.ts';

export interface SenderRow {
  kind: SenderKind;
  /** The provider's fields that are no secrets. */
  config: ProviderConfig;
  sealed: string;
  changedAt: number;
  /** The address from which a letter was taken by this provider. */
  verified: { address: string; at: number } | null;
  /** The address that the operator set the shop up with. */
  vouchedAddress: string;
}

/** Null: the shop sends as the operator set it up. */
export async function senderOf(db: Database, shop: ShopId): Promise<SenderRow | null> {
  const [row] = await db.select().from(senders).where(eq(senders.shop, shop)).limit(1);
  if (!row) return null;
  const { kind, config, sealed, changedAt, verifiedAddress: address, verifiedAt: at, vouchedAddress } = row;
  return {
    kind: senderKindSchema.parse(kind),
    config: providerConfigSchema.parse(JSON.parse(config)),
    sealed,
    changedAt,
    verified: address === null || at === null ? null : { address, at },
    vouchedAddress,
  };
}

export async function putSender(db: Database, shop: ShopId, { verified, config, ...row }: SenderRow): Promise<void> {
  const set = {
    ...row,
    config: JSON.stringify(config),
    verifiedAddress: verified?.address ?? null,
    verifiedAt: verified?.at ?? null,
  };
  await db
    .insert(senders)
    .values({ shop, ...set })
    .onConflictDoUpdate({ target: senders.shop, set });
}

/** Null: nothing holds this account up. */
export async function sendingLimitOf(db: Database, channel: string): Promise<SendingLimit | null> {
  const [row] = await db.select().from(sendingLimits).where(eq(sendingLimits.channel, channel)).limit(1);
  return row ? sendingLimitSchema.parse(JSON.parse(row.body)) : null;
}

/** Null: it is free again. */
export async function writeSendingLimit(
  db: Database,
  channel: string,
  { limit, now }: { limit: SendingLimit | null; now: number },
): Promise<void> {
  if (limit === null) {
    await db.delete(sendingLimits).where(eq(sendingLimits.channel, channel));
    return;
  }
  const set = { body: JSON.stringify(limit), at: now };
  await db
    .insert(sendingLimits)
    .values({ channel, ...set })
    .onConflictDoUpdate({ target: sendingLimits.channel, set });
}
