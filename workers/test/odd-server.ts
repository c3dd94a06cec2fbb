// A server of the web as it should not be: slow, endless, broken, leading elsewhere. In Node, on a port of its own.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { setInterval } from 'node:timers';
import { someOffers, ymlOf } from './yml.ts';

type Answer = (response: ServerResponse, query: URLSearchParams, request: IncomingMessage) => void;

/** What is asked for names, and what a resolver says (RFC 8427's numbers: A is 1, CNAME 5, AAAA 28; status 3: no such name). */
const names: Record<string, { Status: number; Answer?: { type: number; data: string }[] }> = {
  'inside.example A': { Status: 0, Answer: [{ type: 1, data: '10.0.0.7' }] },
  'metadata.example A': {
    Status: 0,
    Answer: [
      { type: 5, data: 'alias.example.' },
      { type: 1, data: '169.254.169.254' },
    ],
  },
  'one-of-two.example A': {
    Status: 0,
    Answer: [
      { type: 1, data: '93.184.215.14' },
      { type: 1, data: '127.0.0.1' },
    ],
  },
  'six.example AAAA': { Status: 0, Answer: [{ type: 28, data: 'fd00::1' }] },
  'mapped.example AAAA': { Status: 0, Answer: [{ type: 28, data: '::ffff:127.0.0.1' }] },
  'public.example A': { Status: 0, Answer: [{ type: 1, data: '93.184.215.14' }] },
  'gone.example A': { Status: 3 },
};

const answers: Record<string, Answer> = {
  '/redirect': (response, query) => response.writeHead(302, { location: query.get('to') ?? '' }).end('elsewhere'),
  '/headers': (response, _query, request) => json(response, request.headers),
  '/silent': () => undefined,
  '/stall': (response) => response.write('<yml_catalog>'),
  '/drip': (response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  },
  '/endless': (response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  },
  '/announced': (response) => response.writeHead(200, { 'content-length': '3000000000' }).write('x'),
  '/broken': (response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('x'.repeat(100));
    setTimeout(() => response.destroy(), 50);
  },
  '/locked': (response, _query, request) => {
    const wanted = `Basic ${Buffer.from('ann:pässwörd').toString('base64')}`;
    if (request.headers.authorization !== wanted) return response.writeHead(401).end('who are you?');
    return xml(response, ymlOf(someOffers(3)));
  },
  '/offers': (response, query) => xml(response, ymlOf(someOffers(Number(query.get('n') ?? 3)))),
  '/page': (response) => response.setHeader('content-type', 'text/html').end('<!doctype html><html><body>Sign in'),
  '/dns-query': (response, query) => {
    const { Status, Answer } = names[`${query.get('name')} ${query.get('type')}`] ?? { Status: 0 };
    json(response, { Status, ...(Answer ? { Answer } : {}) });
  },
};

/** `/dns-record?name=…&type=TXT&data=…`: from now on the resolver knows it. */
answers['/dns-record'] = (response, query) => {
  const data = query.get('data') ?? '';
  names[`${query.get('name')} ${query.get('type')}`] = { Status: 0, Answer: [{ type: 16, data }] };
  json(response, {});
};

export function oddServer(): Server {
  return createServer(answerOddly);
}

export function answerOddly(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://odd');
  const answer = answers[url.pathname];
  if (answer) answer(response, url.searchParams, request);
  else response.writeHead(404).end('nothing here');
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

function xml(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/xml; charset=utf-8').end(body);
}
