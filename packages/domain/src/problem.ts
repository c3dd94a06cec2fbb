import { z } from 'zod';

/** One thing wrong with an input: where (`events.3.items.0.price`), a stable code, and a sentence that names the mend. */
export const problemSchema = z.object({ path: z.string(), code: z.string(), message: z.string() });
export type Problem = z.infer<typeof problemSchema>;

/** The body of every 4xx and 5xx that this product answers. `code` is stable; `message` is for people. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  problems: z.array(problemSchema).optional(),
});
export type ErrorBody = z.infer<typeof errorSchema>;

/** Translates a schema's issues to problems: the path in dots, the code of the first rule that failed, a sentence. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join('.'),
    code: codeOf(issue),
    message: issue.message,
  }));
}

function codeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return 'type';
  if (issue.code === 'too_big') return 'too-big';
  if (issue.code === 'too_small') return 'too-small';
  if (issue.code === 'invalid_union') return 'unknown-type';
  if (issue.code === 'unrecognized_keys') return 'unknown-field';
  return 'format';
}
