import { describeConnections } from './connections.suite.ts';
import { describeKnowledge } from './knowledge.suite.ts';
import { describeProducts } from './products.suite.ts';
import { describeQueries } from './queries.suite.ts';
import { describeSystems } from './systems.suite.ts';
import { openFile } from './testing.ts';

for (const describeAll of [
  describeQueries,
  describeKnowledge,
  describeSystems,
  describeConnections,
  describeProducts,
]) {
  describeAll('libSQL in a file', async () => (await openFile(':memory:')).db);
}
