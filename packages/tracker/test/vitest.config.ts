import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'tracker',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    globalSetup: [join(import.meta.dirname, 'build.setup.ts')],
    // Browsers and what they wait for: one file after the other, beside nothing else.
    fileParallelism: false,
    sequence: { groupOrder: 2 },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
