/** Where a character lies, for people: lines and columns count from 1. Positions before `forget` are not asked any more. */
export class LineMap {
  /** Positions of the line breaks that are kept, rising. */
  #breaks: number[] = [];
  #forgotten = 0;
  /** Where the first line that is kept begins. */
  #start = 0;
  #length = 0;

  add(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#breaks.push(this.#length + at);
    this.#length += text.length;
  }

  at(position: number): { line: number; column: number } {
    const before = this.#breaksBefore(position);
    const last = this.#breaks[before - 1];
    const start = last === undefined ? this.#start : last + 1;
    return { line: this.#forgotten + before + 1, column: Math.max(1, position - start + 1) };
  }

  end(): { line: number; column: number } {
    return this.at(this.#length);
  }

  /** Keeps memory small: nothing before this position will be asked. */
  forget(position: number): void {
    const before = this.#breaksBefore(position);
    if (before === 0) return;
    this.#start = (this.#breaks[before - 1] ?? 0) + 1;
    this.#forgotten += before;
    this.#breaks = this.#breaks.slice(before);
  }

  #breaksBefore(position: number): number {
    let low = 0;
    let high = this.#breaks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#breaks[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
