// A change on its way to the API: busy while it lasts, and afterwards what was wrong with it, field by field.
import type { z } from 'zod';
import { ask, Failure } from './api.ts';

export class Change {
  busy = $state(false);
  failure = $state<Failure | null>(null);
  /** What is said to whoever cannot see the page change. */
  said = $state('');

  /** Sends the change; null: it was not made, and `failure` says why. */
  async make<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
    send: { method: 'POST' | 'PATCH' | 'PUT' | 'DELETE'; body?: unknown; said?: string },
  ): Promise<z.infer<Schema> | null> {
    const { said = 'Saved.', ...request } = send;
    this.busy = true;
    this.failure = null;
    this.said = '';
    try {
      const answer = await ask(path, schema, request);
      this.said = said;
      return answer;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.failure = error;
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** What is wrong with a field, or with something in it. */
  wrongAt(path: string): string | null {
    const problem = this.failure?.problems.find((one) => one.path === path || one.path.startsWith(`${path}.`));
    return problem?.message ?? null;
  }

  /** What is wrong and belongs to none of these fields. */
  wrongBeside(paths: readonly string[]): string | null {
    if (!this.failure) return null;
    return paths.some((path) => this.wrongAt(path) !== null) ? null : this.failure.message;
  }
}
