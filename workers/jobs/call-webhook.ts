// Tells a shop's own server how an import went, where the import named an address for it. Another answer than 2xx is tried again
// by the queue; what fails at every try stands among the parked jobs.
import type { Env } from '../env.ts';
import { outboundFetch } from '../outbound-fetch.ts';
import { wayOut } from '../way-out.ts';

const timeoutMs = 10_000;

export async function callWebhook(env: Env, { url, body }: { url: string; body: string }): Promise<void> {
  const headers = { 'content-type': 'application/json', 'user-agent': 'Winback' };
  const asked = await outboundFetch(url, { ...wayOut(env), headers, timeoutMs, body });
  if (!asked.ok) throw new Error(`a webhook was not told: ${asked.because}`);
  await asked.value.body?.cancel();
  if (!asked.value.ok) throw new Error(`a webhook was not told: the server answered ${asked.value.status}`);
}
