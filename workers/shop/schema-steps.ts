// The Shop's own tables, as steps that are only ever added to.
export const shopSchemaSteps = [
  `CREATE TABLE memory (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE rollups (metric TEXT NOT NULL, hour INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (metric, hour)) WITHOUT ROWID;
   CREATE TABLE lights (type TEXT PRIMARY KEY, n INTEGER NOT NULL, last_at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE counted (visitor TEXT PRIMARY KEY, upto INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE orders (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE products (id TEXT PRIMARY KEY, views INTEGER NOT NULL, buys INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE pairs (a TEXT NOT NULL, b TEXT NOT NULL, views INTEGER NOT NULL, buys INTEGER NOT NULL, PRIMARY KEY (a, b)) WITHOUT ROWID;
   CREATE TABLE drops (reason TEXT PRIMARY KEY, n INTEGER NOT NULL, last_at INTEGER NOT NULL, sample TEXT NOT NULL, problems TEXT NOT NULL) WITHOUT ROWID;`,
  // Visitors that were erased: what an outbox or a queue still holds of them from before is not counted.
  'CREATE TABLE erased (visitor TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;',
  `CREATE TABLE drop_hours (reason TEXT NOT NULL, hour INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (reason, hour)) WITHOUT ROWID;
   CREATE TABLE refused_events (type TEXT PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, sample TEXT NOT NULL, problems TEXT NOT NULL) WITHOUT ROWID;`,
  `CREATE TABLE product_quarters (quarter INTEGER NOT NULL, id TEXT NOT NULL, views INTEGER NOT NULL, carts INTEGER NOT NULL, buys INTEGER NOT NULL,
     PRIMARY KEY (id, quarter)) WITHOUT ROWID;`,
  'CREATE INDEX bought_lately ON product_quarters (quarter, id, buys) WHERE buys > 0;',
  // What an order brought, and whether the shop's system calls it cancelled since `told_at`. One that no Visitor has told of yet
  // has `reported` 0. Orders counted before this step have no `minor`.
  `ALTER TABLE orders ADD COLUMN minor INTEGER;
   ALTER TABLE orders ADD COLUMN reported INTEGER NOT NULL DEFAULT 1;
   ALTER TABLE orders ADD COLUMN cancelled INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE orders ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;`,
] as const;
