import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'kill',
    root: import.meta.dirname,
    include: ['*.kill.test.ts'],
    globalSetup: [join(import.meta.dirname, 'bundle.setup.ts')],
    // One house at a time: a killed Worker is started again while the other test would measure its own clock.
    fileParallelism: false,
    sequence: { groupOrder: 3 },
    testTimeout: 900_000,
    hookTimeout: 120_000,
  },
});
