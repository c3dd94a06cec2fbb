interface Word {
  text: string;
  /** What followed it the last time. */
  next: Word | null;
}

const mostWords = 2_000;

/**
 * The names of a feed follow each other in the same order, offer after offer: the next one is guessed and compared where it
 * stands. A right guess makes no new string, and gives one whose hash is known.
 */
export class RepeatedWords {
  readonly #known = new Map<string, Word>();
  #last: Word = { text: '', next: null };

  /** The word that lies from `start` to `end` of a text. */
  in(text: string, start: number, end: number): string {
    const guess = this.#last.next;
    if (guess !== null && guess.text.length === end - start && text.startsWith(guess.text, start)) {
      this.#last = guess;
      return guess.text;
    }
    return this.same(text.slice(start, end));
  }

  /** The string of before, where there was one. */
  same(text: string): string {
    const known = this.#known.get(text);
    const word = known ?? { text, next: null };
    if (known === undefined && this.#known.size < mostWords) this.#known.set(text, word);
    this.#last.next = word;
    this.#last = word;
    return word.text;
  }
}
