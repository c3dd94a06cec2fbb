// The Visitor's own tables, as steps that are only ever added to: objects of every age meet this list.
export const schemaSteps = [
  // `memory`: one row, everything the decisions need. `outbox`: what happened, in order, until the books have it.
  `CREATE TABLE memory (key INTEGER PRIMARY KEY CHECK (key = 1), value TEXT NOT NULL);
   CREATE TABLE outbox (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);`,
] as const;

/** The ledger comes with the first letter: most visitors never get one, and each table costs every visitor a page. */
export const ledgerSteps = [`CREATE TABLE letters (slot TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;`] as const;
