/** Where a character lies, for people: lines and columns count from 1. Asked in rising order while a text goes by. */
export class LineMap {
  #breaks: number[] = [];
  #length = 0;
  /** Line breaks that lie before every position still to be asked. */
  #passed = 0;
  #lineStart = 0;

  add(text: string): void {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#breaks.push(this.#length + at);
    this.#length += text.length;
  }

  at(position: number): { line: number; column: number } {
    let passed = 0;
    for (const found of this.#breaks) {
      if (found >= position) break;
      passed += 1;
      this.#lineStart = found + 1;
    }
    this.#passed += passed;
    this.#breaks = this.#breaks.slice(passed);
    return { line: this.#passed + 1, column: Math.max(1, position - this.#lineStart + 1) };
  }

  end(): { line: number; column: number } {
    return this.at(this.#length);
  }
}
