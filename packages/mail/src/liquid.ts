// Liquid as merchants may write it. No way leads to files, addresses, prototypes or anything but the values handed over. Work is
// counted in steps, not in time: in a Worker the clock stands still while code runs, so a limit of milliseconds never ends anything.
import type { Context, Emitter, TagToken, Template, TopLevelToken } from 'liquidjs';
import { Liquid, Context as LiquidContext, LiquidError, Tag, toValueSync } from 'liquidjs';

export type LiquidKind = 'html' | 'text';

/** What an address in a letter becomes: `number` is its place in the template, from 1. */
export type LinkTo = (url: string, number: number) => string;

/** Far more than the longest letter needs, and done in a fraction of a second. */
const most = { steps: 100_000, characters: 1_000_000, memory: 5_000_000, source: 500_000, depth: 60 };
const registerKey = 'winback';

interface Work {
  steps: number;
  characters: number;
  link: LinkTo;
  isHtml: boolean;
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

/** A block tag that renders what it holds on its own. */
abstract class HoldingTag extends Tag {
  readonly templates: Template[] = [];
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid);
    const end = `end${token.name}`;
    while (rest.length > 0) {
      const next = rest.shift();
      if (!next) break;
      if ('name' in next && next.name === end) return;
      this.templates.push(this.liquid.parser.parseToken(next, rest));
    }
    throw new Error(`tag ${token.getText()} not closed`);
  }
  *held(context: Context): Generator<unknown, string> {
    const inner = new Written(workOf(context));
    yield this.liquid.renderer.renderTemplates(this.templates, context, inner);
    return inner.buffer;
  }
  // biome-ignore lint/correctness/useYield: liquidjs asks for a generator, and what this holds is known at once.
  *children(): Generator<unknown, Template[]> {
    return this.templates;
  }
}

/** `{% capture name %}`, as everywhere; ours counts what it holds. */
class CaptureTag extends HoldingTag {
  readonly variable: string;
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid);
    const name = /^\s*(?:"([\w-]+)"|'([\w-]+)'|([\w-]+))\s*$/.exec(token.args);
    this.variable = name?.[1] ?? name?.[2] ?? name?.[3] ?? '';
    if (this.variable === '') throw new Error(`${token.getText()} does not say what it captures into`);
  }
  override *render(context: Context): Generator<unknown, void, string> {
    const held = yield this.held(context);
    context.bottom()[this.variable] = held;
  }
  *localScope(): Iterable<string> {
    yield this.variable;
  }
}

/** `{% link 3 %}address{% endlink %}`: written by the compiler around each address that a reader can follow. */
class LinkTag extends HoldingTag {
  readonly number: number;
  constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
    super(token, rest, liquid);
    this.number = Number(token.args);
  }
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, string> {
    const held = yield this.held(context);
    const { link, isHtml } = workOf(context);
    const url = mended(isHtml ? unescaped(held) : held);
    const led = /^https?:\/\//i.test(url) ? link(url, this.number) : /^(?:mailto|tel|sms):|^#/i.test(url) ? url : '';
    emitter.write(isHtml ? led.replaceAll('&', '&amp;').replaceAll('"', '&quot;') : led);
  }
}

/** `{{ item.url }}?{{ utm_params }}` gives a second `?` where the address has one already. */
function mended(address: string): string {
  const url = address.trim();
  const first = url.indexOf('?');
  if (first < 0 || url.indexOf('?', first + 1) < 0) return url;
  return url.slice(0, first + 1) + url.slice(first + 1).replaceAll('?', '&');
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };
function unescaped(text: string): string {
  return text.includes('&')
    ? text.replace(/&(amp|lt|gt|quot|#34|#39);/g, (_, name: string) => entities[name] ?? '')
    : text;
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
  engine.registerTag('link', LinkTag);
  return engine;
}

const engines = { html: engineFor('html'), text: engineFor('text') };
const parsed = { html: new Map<string, Template[]>(), text: new Map<string, Template[]>() };
const maxParsed = 200;

/** Renders a source; `link` makes what its addresses lead to. Throws a {@link TemplateError} that says where it went wrong. */
export function renderLiquid(kind: LiquidKind, source: string, values: object, link: LinkTo = (url) => url): string {
  if (!source.includes('{')) return source;
  const templates = parseLiquid(kind, source);
  const engine = engines[kind];
  const work: Work = { steps: 0, characters: 0, link, isHtml: kind === 'html' };
  const context = new LiquidContext(values, engine.options, { sync: true }, { liquid: engine });
  context.renderLimit.check = () => {
    work.steps += 1;
    if (work.steps > most.steps) throw new LimitReached(`it takes more than ${most.steps} steps`);
  };
  context.setRegister(registerKey, work);
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
  const read = readSource(engines[kind], source);
  if (parsed[kind].size >= maxParsed) parsed[kind].clear();
  parsed[kind].set(source, read);
  return read;
}

function readSource(engine: Liquid, source: string): Template[] {
  refuseDepth(source);
  try {
    return engine.parse(source);
  } catch (error) {
    throw errorOf(error);
  }
}

/** Reading goes down as deep as blocks lie in each other: a tower of them would end the stack. */
function refuseDepth(source: string): void {
  let depth = 0;
  for (const { 1: end, index } of source.matchAll(
    /\{%-?\s*(end)?(?:if|unless|for|case|capture|tablerow|link|raw|comment)\b/g,
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
