// `pnpm bench <name>`: measures the product beside floors of the same run and says whether it reaches what was promised.
import { benchAbc } from './bench/abc.ts';
import { benchDrain } from './bench/drain.ts';
import { benchFeed } from './bench/feed.ts';
import { benchIngest } from './bench/ingest.ts';
import { benchLetters } from './bench/letters.ts';
import { benchProducts } from './bench/products.ts';
import { benchReplenish } from './bench/replenish.ts';
import { benchSimulate } from './bench/simulate.ts';

const benches: Record<string, (of: readonly string[]) => Promise<void>> = {
  feed: benchFeed,
  drain: benchDrain,
  ingest: benchIngest,
  letters: benchLetters,
  products: benchProducts,
  replenish: benchReplenish,
  abc: benchAbc,
  simulate: benchSimulate,
};

const [name = '', ...of] = process.argv.slice(2);
const bench = benches[name];
if (bench) await bench(of);
else {
  console.error(
    `say which: ${Object.keys(benches)
      .map((known) => `pnpm bench ${known}`)
      .join(', ')}`,
  );
  process.exitCode = 2;
}
