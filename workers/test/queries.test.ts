import { describeQueries } from '../../packages/db/src/queries.suite.ts';
import { emptyD1 } from './database.ts';

describeQueries('D1 in workerd', emptyD1);
