// Imports of a feed, in words.
import type { FeedImport } from '@winback/domain';
import type { IconName } from './parts/Icon.svelte';
import { bytes, count, plural } from './words.ts';

export const importStates: Record<FeedImport['state'], { name: string; tone: string; icon: IconName }> = {
  queued: { name: 'Comes next', tone: 'info', icon: 'clock' },
  running: { name: 'Running', tone: 'info', icon: 'clock' },
  waiting: { name: 'Waits for you', tone: 'warn', icon: 'pause' },
  done: { name: 'Imported', tone: 'good', icon: 'check' },
  unchanged: { name: 'Not changed', tone: '', icon: 'check' },
  failed: { name: 'Not imported', tone: 'bad', icon: 'warn' },
  stopped: { name: 'Stopped', tone: '', icon: 'stop' },
};

export const importOrigins: Record<FeedImport['origin'], string> = {
  feed: 'read from its address',
  upload: 'a file that you gave',
  push: 'a file from your shop’s system',
  api: 'sent by your shop’s system within the hour',
};

type Progress = NonNullable<FeedImport['progress']>;

const steps: Record<Progress['step'], { title: string; done: (n: number, of: number | null) => string }> = {
  fetching: { title: 'Fetching the file', done: (n, of) => `${bytes(n)}${of === null ? '' : ` of ${bytes(of)}`}` },
  reading: {
    title: 'Reading the feed',
    done: (n, of) => `${plural(n, 'offer')}${of === null ? '' : ` of about ${count(of)}`}`,
  },
  comparing: {
    title: 'Comparing it with the catalogue',
    done: (n, of) => `${plural(n, 'product')}${of === null ? '' : ` of ${count(of)}`}`,
  },
  switching: {
    title: 'Putting it live',
    done: (n, of) => `${plural(n, 'change')}${of === null ? '' : ` of ${count(of)}`}`,
  },
};

/** What is being done, how much of it is, and which of the steps it is. */
export function progressWords(progress: Progress | null): { title: string; done: string; step: number; of: number } {
  const names = Object.keys(steps);
  if (!progress) return { title: 'About to begin', done: '', step: 0, of: names.length };
  const { title, done } = steps[progress.step];
  return { title, done: done(progress.done, progress.of), step: names.indexOf(progress.step) + 1, of: names.length };
}
