// What a page shows, asked of the API and asked again while the page is looked at. Old figures stay until new ones come,
// also when the API does not answer.

import type { z } from 'zod';
import { goto } from '$app/navigation';
import { ask, Failure } from './api.ts';

export class Resource<Data> {
  data = $state<Data | null>(null);
  failure = $state<Failure | null>(null);
  /** When the data came, in milliseconds since 1970. */
  at = $state(0);
  readonly #path: () => string;
  readonly #schema: z.ZodType<Data>;
  #asked = 0;

  /** `path` may depend on reactive state; a new path is asked at once. `everyMs` 0: asked once. Made while a component starts. */
  constructor(path: () => string, schema: z.ZodType<Data>, everyMs = 0) {
    this.#path = path;
    this.#schema = schema;
    $effect(() => {
      const asked = path();
      void this.#load(asked);
      if (everyMs === 0) return;
      const timer = setInterval(() => {
        if (document.visibilityState === 'visible') void this.#load(asked);
      }, everyMs);
      return () => clearInterval(timer);
    });
  }

  /** Asks again now. */
  again(): Promise<void> {
    return this.#load(this.#path());
  }

  async #load(path: string): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const data = await ask(path, this.#schema);
      if (mine !== this.#asked) return; // a newer question is on its way
      this.data = data;
      this.failure = null;
      this.at = Date.now();
    } catch (error) {
      if (mine !== this.#asked) return;
      if (!(error instanceof Failure)) throw error;
      if (error.status === 401) return goto(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
      this.failure = error;
    }
  }
}
