// One schema validates a request, types its handler and stands in the OpenAPI document.
import type { ErrorBody } from '@winback/domain';
import { errorSchema } from '@winback/domain';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type { z } from 'zod';

/** What a route does and answers, for the document; `body` where what it takes is not said by `takes`. */
export function answers(summary: string, schema: z.ZodType, body?: z.ZodType) {
  const problem = {
    description: 'What was wrong: a stable code, a sentence, and each field by its path.',
    content: { 'application/json': { schema: resolver(errorSchema) } },
  };
  return describeRoute({
    summary,
    ...(body ? { requestBody: { content: { 'application/json': { schema: resolver(body, { io: 'input' }) } } } } : {}),
    responses: {
      200: { description: summary, content: { 'application/json': { schema: resolver(schema, { io: 'input' }) } } },
      '4XX': problem,
    },
  });
}

/** Parses the query or the body; a request that does not fit is answered with each field's path and its mend. */
export function takes<Target extends 'query' | 'json', Schema extends z.ZodType>(target: Target, schema: Schema) {
  return validator(target, schema, (result, c) => {
    if (result.success) return;
    const problems = result.error
      .slice(0, 20)
      .map((issue) => ({ path: pathOf(issue.path ?? []), code: 'format', message: issue.message }));
    const [first] = problems;
    const body: ErrorBody = {
      code: 'bad-request',
      message: first ? `${first.path || 'the request'}: ${first.message}` : 'the request is not as described',
      problems,
    };
    return c.json(body, 400);
  });
}

function pathOf(path: readonly (PropertyKey | { key: PropertyKey })[]): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
