// The template's own tests, as it carries them for Tag Manager, run here with stubs of the interfaces that they use; and what
// Tag Manager checks when it is imported.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

const text = readFileSync(join(import.meta.dirname, '../gtm/winback.tpl'), 'utf8');
const sections = Object.fromEntries(
  text
    .split(/^___(?=[A-Z_]+___$)/m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('___')), part.slice(part.indexOf('___') + 3).trim()]),
);
const code = sections['SANDBOXED_JS_FOR_WEB_TEMPLATE'] ?? '';
const tests = sections['TESTS'] ?? '';

/** The text of a YAML block `|-`, without its indent. */
function blockAfter(source: string, head: RegExp): string {
  const [, block = ''] = source.split(head);
  const lines = block.split('\n').slice(1);
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('  '));
  return lines.slice(0, end === -1 ? lines.length : end).join('\n');
}

const scenarios = tests
  .split(/^- name: /m)
  .slice(1)
  .map((part) => ({ name: part.split('\n')[0] ?? '', code: blockAfter(part, /code: \|-/) }));
const setup = blockAfter(tests, /^setup: \|-/m);

/** Tag Manager's interfaces for tests: `mock`, `runCode`, `assertThat`, `assertApi`. */
function sandbox() {
  const mocks = new Map<string, (...args: unknown[]) => unknown>([
    ['encodeUriComponent', (value) => encodeURIComponent(String(value))],
    ['makeNumber', (value) => Number(value)],
  ]);
  const called = new Set<string>();
  const api = (name: string) => {
    const mocked = mocks.get(name);
    if (!mocked) throw new Error(`the template requires ${name}, which nobody mocked`);
    return mocked;
  };
  const runCode = (data: Record<string, unknown>) => {
    const done = (name: string) => () => void called.add(name);
    const given = { ...data, gtmOnSuccess: done('gtmOnSuccess'), gtmOnFailure: done('gtmOnFailure') };
    const run: unknown = runInContext(`(function (require, data) {${code}\n})`, createContext({}));
    if (typeof run === 'function') run(api, given);
  };
  return createContext({
    runCode,
    mock: (name: string, stub: (...args: unknown[]) => unknown) => mocks.set(name, stub),
    assertThat: (actual: unknown) => ({
      isEqualTo: (expected: unknown) =>
        expect(JSON.parse(JSON.stringify(actual))).toEqual(JSON.parse(JSON.stringify(expected))),
    }),
    assertApi: (name: string) => ({
      wasCalled: () => expect([...called]).toContain(name),
      wasNotCalled: () => expect([...called]).not.toContain(name),
    }),
  });
}

describe('the template', () => {
  it.each(scenarios)('$name', ({ code: scenario }) => {
    runInContext(`${setup}\n${scenario}`, sandbox());
  });

  it('has tests', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(4);
  });

  it.each(['INFO', 'TEMPLATE_PARAMETERS', 'WEB_PERMISSIONS'])('has %s in JSON', (name) => {
    expect(() => void JSON.parse(sections[name] ?? '')).not.toThrow();
  });

  it('agrees to the gallery’s terms, without which it cannot be imported', () => {
    expect(text.startsWith('___TERMS_OF_SERVICE___')).toBe(true);
  });

  it('asks for the permissions that its code needs, and for no other', () => {
    const permissions = (
      JSON.parse(sections['WEB_PERMISSIONS'] ?? '[]') as { instance: { key: { publicId: string } } }[]
    ).map(({ instance }) => instance.key.publicId);
    const needs: Record<string, string> = { injectScript: 'inject_script', createArgumentsQueue: 'access_globals' };
    const required = [...code.matchAll(/require\('(\w+)'\)/g)].flatMap(([, name = '']) => needs[name] ?? []);
    expect(permissions.sort()).toEqual([...new Set(required)].sort());
  });

  it('uses nothing that the sandbox does not have', () => {
    expect(code).not.toMatch(/\b(window|document|new|this|setTimeout|async|await|class|function\*)\b/);
  });
});
