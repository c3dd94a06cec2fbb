// Liquid as merchants may write it. No way leads to files, addresses, prototypes or anything but the values handed over. Work is
// counted in steps, not in time: in a Worker the clock stands still while code runs, so a limit of milliseconds never ends anything.
import type { Context, Emitter, TagToken, Template, TopLevelToken } from 'liquidjs';
import { Liquid, Context as LiquidContext, LiquidError, Tag, toValueSync } from 'liquidjs';
import type { LetterLinks } from './letter-links.ts';
import { plainLinks } from './letter-links.ts';
import { numberLinks } from './number-links.ts';
import { linkFilter, linksKey } from './written-links.ts';

export type LiquidKind = 'html' | 'text';

/** Far more than the longest letter needs, and done in a fraction of a second. */
const most = { steps: 100_000, characters: 1_000_000, memory: 5_000_000, source: 500_000, depth: 60 };
const registerKey = 'winback';

interface Work {
  steps: number;
  characters: number;
}

/** A template that cannot be read or rendered, with the place (from 1) where it is known. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly line: number | null;
  readonly column: number | null;
  readonly isLimit: boolean;
  constructor(words: string, at: { line: number | null; column: number | null; isLimit: boolean; cause?: unknown }) {
    super(words, { cause: at.cause });
    this.line = at.line;
    this.column = at.column;
    this.isLimit = at.isLimit;
  }
}

class LimitReached extends Error {
  override readonly name = 'LimitReached';
}

/** Collects what is written, also inside `capture`, up to the limit of the whole letter. */
class Written implements Emitter {
  buffer = '';
  readonly #work: Work;
  constructor(work: Work) {
    this.#work = work;
  }
  write(value: unknown): void {
    if (value === null || value === undefined) return;
    const text = typeof value === 'string' ? value : Array.isArray(value) ? value.join('') : String(value);
    this.#work.characters += text.length;
    if (this.#work.characters > most.characters)
      throw new LimitReached(`it writes more than ${most.characters} characters`);
    this.buffer += text;
  }
}

function workOf(context: Context): Work {
  return context.getRegister<Work>(registerKey);
}

/** `{% capture name %}`, as everywhere; ours counts what it holds. */
class CaptureTag extends Tag {
  readonly templates: Template[] = [];
  readonly variable: string;
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid);
    const name = /^\s*(?:"([\w-]+)"|'([\w-]+)'|([\w-]+))\s*$/.exec(token.args);
    this.variable = name?.[1] ?? name?.[2] ?? name?.[3] ?? '';
    if (this.variable === '') throw new Error(`${token.getText()} does not say what it captures into`);
    while (rest.length > 0) {
      const next = rest.shift();
      if (!next) break;
      if ('name' in next && next.name === 'endcapture') return;
      this.templates.push(this.liquid.parser.parseToken(next, rest));
    }
    throw new Error(`tag ${token.getText()} not closed`);
  }
  override *render(context: Context): Generator<unknown, void> {
    const inner = new Written(workOf(context));
    yield this.liquid.renderer.renderTemplates(this.templates, context, inner);
    context.bottom()[this.variable] = inner.buffer;
  }
  // biome-ignore lint/correctness/useYield: liquidjs asks for a generator, and what this holds is known at once.
  *children(): Generator<unknown, Template[]> {
    return this.templates;
  }
  *localScope(): Iterable<string> {
    yield this.variable;
  }
}

function engineFor(kind: LiquidKind): Liquid {
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: true,
    // In memory and empty: no tag may look for a file.
    templates: {},
    parseLimit: most.source,
    memoryLimit: most.memory,
    renderLimit: Number.MAX_SAFE_INTEGER,
    ...(kind === 'html' ? { outputEscape: 'escape' as const } : {}),
  });
  for (const tag of ['include', 'render', 'layout', 'block', 'liquid']) delete engine.tags[tag];
  engine.registerTag('capture', CaptureTag);
  engine.registerFilter('link', linkFilter);
  return engine;
}

const engines = { html: engineFor('html'), text: engineFor('text') };
const parsed = { html: new Map<string, Template[]>(), text: new Map<string, Template[]>() };
const maxParsed = 200;

/** Renders a source; `links` write what its addresses lead to. Throws a {@link TemplateError} that says where it went wrong. */
export function renderLiquid(
  kind: LiquidKind,
  source: string,
  values: object,
  links: LetterLinks = plainLinks,
): string {
  if (kind === 'text' && !source.includes('{')) return source;
  const templates = parseLiquid(kind, source);
  const engine = engines[kind];
  const work: Work = { steps: 0, characters: 0 };
  const context = new LiquidContext(values, engine.options, { sync: true }, { liquid: engine });
  context.renderLimit.check = () => {
    work.steps += 1;
    if (work.steps > most.steps) throw new LimitReached(`it takes more than ${most.steps} steps`);
  };
  context.setRegister(registerKey, work);
  context.setRegister(linksKey, links);
  const written = new Written(work);
  try {
    toValueSync(engine.renderer.renderTemplates(templates, context, written));
  } catch (error) {
    throw errorOf(error);
  }
  return written.buffer;
}

/** Reads a source. What was read is kept: a letter's template is read once in an isolate. */
function parseLiquid(kind: LiquidKind, source: string): Template[] {
  const known = parsed[kind].get(source);
  if (known) return known;
  const read = readSource(kind, source);
  if (parsed[kind].size >= maxParsed) parsed[kind].clear();
  parsed[kind].set(source, read);
  return read;
}

/** Links get their numbers here: also in what was compiled before there were numbers. */
function readSource(kind: LiquidKind, source: string): Template[] {
  refuseDepth(source);
  try {
    return engines[kind].parse(kind === 'html' ? numberLinks(source) : source);
  } catch (error) {
    throw errorOf(error);
  }
}

/** Reading goes down as deep as blocks lie in each other: a tower of them would end the stack. */
function refuseDepth(source: string): void {
  let depth = 0;
  for (const { 1: end, index } of source.matchAll(
    /\{%-?\s*(end)?(?:if|unless|for|case|capture|tablerow|raw|comment)\b/g,
  )) {
    depth += end ? -1 : 1;
    if (depth <= most.depth) continue;
    const before = source.slice(0, index).split('\n');
    const at = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, isLimit: true };
    throw new TemplateError(`blocks lie in each other more than ${most.depth} deep`, at);
  }
}

function errorOf(error: unknown): TemplateError {
  if (error instanceof TemplateError) return error;
  if (!LiquidError.is(error)) {
    const words = error instanceof Error ? error.message : String(error);
    return new TemplateError(words, {
      line: null,
      column: null,
      isLimit: error instanceof LimitReached || /limit exceeded/.test(words),
      cause: error,
    });
  }
  const place = / line:(\d+)(?:, col:(\d+))?/.exec(error.message);
  const words = error.message.replace(/, line:\d+.*$/s, '').trim();
  const origin: unknown = error.originalError;
  const isLimit = origin instanceof LimitReached || /limit exceeded/.test(words);
  return new TemplateError(words, { line: numberOf(place?.[1]), column: numberOf(place?.[2]), isLimit, cause: error });
}

function numberOf(digits: string | undefined): number | null {
  return digits === undefined ? null : Number(digits);
}

/** Where each variable is used, by its path: `['items', 0, 'name']`. Throws as {@link parseLiquid} does. */
export function variablesIn(
  source: string,
): { path: (string | number)[]; line: number; column: number; isLocal: boolean }[] {
  parseLiquid('html', source);
  const { variables, locals } = engines.html.parseAndAnalyzeSync(source, undefined, { partials: false });
  return Object.values(variables)
    .flat()
    .map(({ segments, location }) => ({
      path: segments.map((segment) => (typeof segment === 'object' ? '*' : segment)),
      line: location.row,
      column: location.col,
      isLocal: String(segments[0]) in locals,
    }));
}
