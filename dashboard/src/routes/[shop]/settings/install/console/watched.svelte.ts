// The live stream of one browser: asked for every second while the page is looked at, and seldom while it is not, so that what
// happens in the store's tab is still there when the merchant comes back.
import { type ConsoleNote, consoleSchema } from '@winback/domain';
import { ask, Failure } from '#lib';
import { goto } from '$app/navigation';

const seenMs = 800;
const unseenMs = 5_000;
const kept = 200;

export class Watched {
  /** Newest first. */
  notes = $state<ConsoleNote[]>([]);
  failure = $state<Failure | null>(null);
  readonly #path: () => string;
  #after = 0;

  /** `path` is asked with the code in it and without `after`. Made while a component starts. */
  constructor(path: () => string) {
    this.#path = path;
    $effect(() => {
      const asked = path();
      this.#after = 0;
      this.notes = [];
      let timer: ReturnType<typeof setTimeout> | undefined;
      let ended = false;
      const again = async () => {
        timer = undefined;
        await this.#load(asked);
        if (!ended) timer = setTimeout(again, document.visibilityState === 'visible' ? seenMs : unseenMs);
      };
      const look = () => {
        if (document.visibilityState !== 'visible' || timer === undefined) return;
        clearTimeout(timer);
        void again();
      };
      void again();
      document.addEventListener('visibilitychange', look);
      return () => {
        ended = true;
        clearTimeout(timer);
        document.removeEventListener('visibilitychange', look);
      };
    });
  }

  again(): Promise<void> {
    return this.#load(this.#path());
  }

  /** Leaves what is on the page; what comes afterwards is shown. */
  clear(): void {
    this.notes = [];
  }

  async #load(path: string): Promise<void> {
    try {
      const { notes } = await ask(`${path}&after=${this.#after}`, consoleSchema);
      const fresh = notes.filter(({ seq }) => seq > this.#after);
      this.#after = fresh.at(-1)?.seq ?? this.#after;
      this.failure = null;
      if (fresh.length > 0) this.notes = [...fresh.reverse(), ...this.notes].slice(0, kept);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.status === 401) return goto(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
      this.failure = error;
    }
  }
}

/** A code that nobody guesses, for the address of the store. */
export function newCode(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => (byte % 36).toString(36)).join('');
}
