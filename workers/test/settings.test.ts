import { createExecutionContext, createMessageBatch } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { errorSchema } from '@winback/domain';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Env } from '../env.ts';
import worker from '../index.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Asks a Worker that is bound to the same things, with `changed` settings; answers what it said and what it logged. */
async function asks(
  path: string,
  changed: Record<string, unknown>,
): Promise<{ status: number; message: string; code: string; log: string }> {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const changedEnv: Env = { ...env, ...changed };
  const response = await worker.fetch(new Request(`https://winback.test${path}`), changedEnv, createExecutionContext());
  const { code, message } = errorSchema.parse(await response.json());
  return { status: response.status, code, message, log: JSON.stringify(logged.mock.calls) };
}

describe('a Worker with a setting that is missing', () => {
  it.each(['AUTH_SECRET', 'LINK_SECRET', 'SETUP_TOKEN', 'PUBLIC_URL', 'SMTP_HOST', 'SMTP_PORT'])(
    'answers 503 with its name and the way to set it, wherever it is asked: %s',
    async (name) => {
      for (const path of ['/health', '/e', '/t.js', '/api/shops', '/u/token']) {
        const { status, code, message, log } = await asks(path, { [name]: undefined });
        expect([path, status, code]).toEqual([path, 503, 'settings-missing']);
        expect(message).toContain(`${name} `);
        expect(message).toMatch(/wrangler secret put|wrangler\.toml/);
        expect(log).toContain(name);
      }
    },
  );

  it('names all of them at once', async () => {
    const { message } = await asks('/health', { AUTH_SECRET: undefined, LINK_SECRET: undefined });
    expect(message).toMatch(/AUTH_SECRET is missing; LINK_SECRET is missing/);
  });

  it('loses no message: its queues keep them', async () => {
    const batch = createMessageBatch('winback-events', [{ id: 'm1', timestamp: new Date(), attempts: 1, body: {} }]);
    await expect(worker.queue(batch, { ...env, LINK_SECRET: undefined })).rejects.toThrow('LINK_SECRET is missing');
  });
});

describe('a Worker with a setting that is wrong', () => {
  it.each([
    ['AUTH_SECRET', 'too-short-to-be-secret', 'has fewer than 32 characters'],
    ['LINK_SECRET', '', 'has fewer than 32 characters'],
    ['PUBLIC_URL', 'winback.example', 'is not an address'],
    ['PUBLIC_URL', 'ftp://winback.example', 'is not an address'],
    ['SMTP_PORT', 'seven', 'SMTP_PORT'],
    ['SMTP_PORT', '70000', 'SMTP_PORT'],
    ['SMTP_SECURE', 'maybe', 'SMTP_SECURE'],
    ['LEASE_MS', '-5', 'LEASE_MS'],
  ])('says which and why, but not what it holds: %s=%s', async (name, value, why) => {
    const { status, message, log } = await asks('/health', { [name]: value });
    expect([status, message]).toEqual([503, expect.stringContaining(name)]);
    expect(message).toContain(why);
    if (value !== '') expect(message + log).not.toContain(value);
  });

  it('never tells the values of the others either', async () => {
    const { message, log } = await asks('/health', { SETUP_TOKEN: undefined });
    for (const secret of [env.AUTH_SECRET, env.LINK_SECRET, env.SETUP_TOKEN])
      expect(message + log).not.toContain(secret);
  });
});

describe('a Worker with all of its settings', () => {
  it('is healthy', async () => {
    const response = await worker.fetch(new Request('https://winback.test/health'), env, createExecutionContext());
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  });
});
