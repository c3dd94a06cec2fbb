// The answer to a request that something broke, the same behind every door.
import { HTTPException } from 'hono/http-exception';
import { SettingsMissing } from './env.ts';
import { said } from './said.ts';

/** What is wrong with the request is said; what is wrong with us is logged, and only that it is. */
export function failed(error: unknown, path: string): Response {
  if (error instanceof SettingsMissing) {
    console.error(error.message);
    return Response.json({ code: 'settings-missing', message: error.message }, { status: 503 });
  }
  if (error instanceof HTTPException && error.status < 500) {
    const message = `the request could not be read: ${error.message}`;
    return Response.json({ code: 'bad-request', message }, { status: error.status });
  }
  console.error('a request failed', { path, error: said(error) });
  return Response.json({ code: 'internal', message: 'something broke on our side; it is in the log' }, { status: 500 });
}
