import { describeQueries } from './queries.suite.ts';
import { openFile } from './testing.ts';

describeQueries('libSQL in a file', async () => (await openFile(':memory:')).db);
