// The Worker is bundled once for all tests of this folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleWorker } from '../../../../scripts/bench/runtime/bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The bundle of the product with its checkpoints. */
    script: string;
  }
}

export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'winback-kill-bundle-'));
  project.provide('script', await bundleWorker(join(import.meta.dirname, 'checkpoints.worker.ts'), folder));
  return () => rmSync(folder, { recursive: true, force: true });
}
