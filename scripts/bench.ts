// `pnpm bench <name>`: measures the product beside floors of the same run and says whether it reaches what was promised.
import { benchFeed } from './bench/feed.ts';
import { benchIngest } from './bench/ingest.ts';
import { benchProducts } from './bench/products.ts';

const benches: Record<string, () => Promise<void>> = {
  feed: benchFeed,
  ingest: benchIngest,
  products: benchProducts,
};

const name = process.argv[2] ?? '';
const bench = benches[name];
if (bench) await bench();
else {
  console.error(
    `say which: ${Object.keys(benches)
      .map((known) => `pnpm bench ${known}`)
      .join(', ')}`,
  );
  process.exitCode = 2;
}
