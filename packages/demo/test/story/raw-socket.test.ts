// What no fetch can send: PersonaClick's React Native SDK asks by GET with a JSON body. Byte by byte through the front door.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Running } from './running.ts';
import { startWinback } from './running.ts';

let running: Running;
beforeAll(async () => {
  running = await startWinback();
});
afterAll(() => running.stop());

/** What the demo's shop is called on the wire, as `putShop` makes it. */
const shop_id = createHash('sha256').update('winback legacy demo').digest('hex').slice(0, 30);

/** Sends these bytes, in pieces where they are pieces, and answers all that comes until the server hangs up. */
function says(...pieces: string[]): Promise<string> {
  const { hostname, port } = new URL(running.dashboard);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((sent) => setTimeout(sent, 50));
      }
    });
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no end of the answer: ${answer}`)));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

function head(length: string): string {
  const lines = ['GET /segments/get HTTP/1.1', `Host: ${new URL(running.dashboard).host}`, 'Connection: close'];
  return [
    ...lines,
    'User-Agent: ReactNative Android SDK v4.0.18',
    'Content-Type: application/json',
    length,
    '',
    '',
  ].join('\r\n');
}

async function bodyOf(shop: string): Promise<string> {
  const did = await (await fetch(`${running.dashboard}/generate_ssid?shop_id=${shop_id}`)).text();
  return JSON.stringify({ shop_id: shop, stream: 'android', did, seance: 'JgZrGUh6ma', sid: 'JgZrGUh6ma' });
}

it('a GET is answered by what its body says', async () => {
  const body = await bodyOf(shop_id);
  const answer = await says(`${head(`Content-Length: ${body.length}`)}${body}`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toMatch(/content-type: application\/json/i);
  expect(answer).toContain('[]');
});

// Without a length the runtime gives a GET no body (workerd); the SDK sends one.
it('a GET is answered when its body comes later, in pieces', async () => {
  const body = await bodyOf(shop_id);
  const pieces = [head(`Content-Length: ${body.length}`), body.slice(0, 20), body.slice(20)];
  expect(await says(...pieces)).toMatch(/^HTTP\/1\.1 200 /);
});

it('a GET whose body names a shop that is not there hears so', async () => {
  const body = await bodyOf('0'.repeat(30));
  expect(await says(`${head(`Content-Length: ${body.length}`)}${body}`)).toMatch(/^HTTP\/1\.1 404 /);
});
