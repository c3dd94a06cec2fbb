import { describeConfirmations } from './confirmations.suite.ts';
import { describeConnections } from './connections.suite.ts';
import { describeImports } from './imports.suite.ts';
import { describeKnowledge } from './knowledge.suite.ts';
import { describeNumbers } from './numbers.suite.ts';
import { describeProducts } from './products.suite.ts';
import { describeQueries } from './queries.suite.ts';
import { describeReplenishment } from './replenishment.suite.ts';
import { describeSystems } from './systems.suite.ts';
import { describeTemplates } from './templates.suite.ts';
import { openFile } from './testing.ts';
import { describeVoice } from './voice.suite.ts';

for (const describeAll of [
  describeQueries,
  describeImports,
  describeKnowledge,
  describeSystems,
  describeConnections,
  describeConfirmations,
  describeProducts,
  describeTemplates,
  describeVoice,
  describeReplenishment,
  describeNumbers,
]) {
  describeAll('libSQL in a file', async () => (await openFile(':memory:')).db);
}
