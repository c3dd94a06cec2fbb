// The API, typed by the same schemas that validate it on the other side. What is wrong comes as a Failure with words for
// people; a session that ended leads to the sign-in.
import { errorSchema, type Problem } from '@winback/domain';
import type { z } from 'zod';

const base: string = import.meta.env['VITE_API_URL'] ?? '';

export class Failure extends Error {
  readonly status: number;
  readonly code: string;
  readonly problems: Problem[];

  constructor(status: number, code: string, message: string, problems: Problem[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.problems = problems;
  }
}

/** Asks the API. Without a body it reads; with one it sends JSON. Throws {@link Failure}. */
export async function ask<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  send?: { method: 'POST' | 'PATCH' | 'PUT' | 'DELETE'; body?: unknown },
): Promise<z.infer<Schema>> {
  const answer = await fetch(`${base}/api${path}`, {
    credentials: 'include',
    ...(send
      ? { method: send.method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(send.body ?? {}) }
      : {}),
  }).catch(() => {
    throw new Failure(0, 'offline', 'Winback does not answer. What you see is from before; nothing is lost meanwhile.');
  });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw failureOf(answer.status, body);
  const read = schema.safeParse(body);
  if (!read.success)
    throw new Failure(
      answer.status,
      'shape',
      'The answer is not as this page expects it: reload to get the newest version.',
    );
  return read.data;
}

/** Sends a file as it is, and tells how much of it has gone (0 to 1). Throws {@link Failure}. */
export function sendFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  { file, onprogress }: { file: File; onprogress: (share: number) => void },
): Promise<z.infer<Schema>> {
  return new Promise((resolve, reject) => {
    // `fetch` does not say how much it has sent.
    const request = new XMLHttpRequest();
    request.open('POST', fileAt(path));
    request.withCredentials = true;
    request.responseType = 'json';
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name).slice(0, 600));
    request.upload.onprogress = ({ loaded, total }) => onprogress(total === 0 ? 0 : loaded / total);
    request.onerror = () =>
      reject(new Failure(0, 'offline', 'The file did not get through. Nothing has changed: try again.'));
    request.onload = () => {
      const read = schema.safeParse(request.response);
      if (request.status >= 200 && request.status < 300 && read.success) resolve(read.data);
      else reject(failureOf(request.status, request.response));
    };
    request.send(file);
  });
}

/** Where a file of the API is, for a link. */
export function fileAt(path: string): string {
  return `${base}/api${path}`;
}

/** The text of such a file. Throws {@link Failure}. */
export async function askText(path: string): Promise<string> {
  const answer = await fetch(fileAt(path), { credentials: 'include' }).catch(() => null);
  if (!answer?.ok) throw failureOf(answer?.status ?? 0, null);
  return answer.text();
}

function failureOf(status: number, body: unknown): Failure {
  const read = errorSchema.safeParse(body);
  if (read.success) return new Failure(status, read.data.code, read.data.message, read.data.problems);
  return new Failure(status, 'unreadable', `Winback answered ${status}. Try again in a moment.`);
}
