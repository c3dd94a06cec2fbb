// A feed that comes in, read three ways: only received, through a bare parser, and to offers as the product reads it.
import { readFeed } from '@winback/catalog';
import { Hono } from 'hono';
import { Parser } from 'htmlparser2';

async function* chunksOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body) for await (const chunk of body) yield chunk;
}

export default new Hono()
  .post('/received', async (c) => {
    let bytes = 0;
    for await (const chunk of chunksOf(c.req.raw.body)) bytes += chunk.byteLength;
    return c.json({ count: bytes });
  })
  .post('/bare', async (c) => {
    let offers = 0;
    const parser = new Parser(
      {
        onopentag: (name) => {
          if (name === 'offer') offers += 1;
        },
        ontext: () => undefined,
        onclosetag: () => undefined,
      },
      { xmlMode: true },
    );
    const decoder = new TextDecoder();
    for await (const chunk of chunksOf(c.req.raw.body)) parser.write(decoder.decode(chunk, { stream: true }));
    parser.end(decoder.decode());
    return c.json({ count: offers });
  })
  .post('/read', async (c) => {
    let offers = 0;
    const hints = { currency: 'RUB', now: Date.now() };
    for await (const item of readFeed(chunksOf(c.req.raw.body), hints)) if (item.kind === 'offer') offers += 1;
    return c.json({ count: offers });
  });
