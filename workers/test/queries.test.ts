import { describeConfirmations } from '../../packages/db/src/confirmations.suite.ts';
import { describeConnections } from '../../packages/db/src/connections.suite.ts';
import { describeImports } from '../../packages/db/src/imports.suite.ts';
import { describeKnowledge } from '../../packages/db/src/knowledge.suite.ts';
import { describeNumbers } from '../../packages/db/src/numbers.suite.ts';
import { describeProducts } from '../../packages/db/src/products.suite.ts';
import { describeQueries } from '../../packages/db/src/queries.suite.ts';
import { describeReplenishment } from '../../packages/db/src/replenishment.suite.ts';
import { describeSystems } from '../../packages/db/src/systems.suite.ts';
import { describeTemplates } from '../../packages/db/src/templates.suite.ts';
import { describeVoice } from '../../packages/db/src/voice.suite.ts';
import { emptyD1 } from './database.ts';

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
])
  describeAll('D1 in workerd', emptyD1);
