// A process that reads a feed from its input, or only receives it, and says how much memory that took at its peak.
import { readFeed } from '@winback/catalog';

let count = 0;
if (process.argv[2] === 'received') for await (const chunk of process.stdin) count += chunk.length;
else
  for await (const item of readFeed(process.stdin, { currency: 'RUB', now: Date.now() }))
    if (item.kind === 'offer') count += 1;
console.info(JSON.stringify({ count, peakKilobytes: process.resourceUsage().maxRSS }));
