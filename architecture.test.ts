import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = import.meta.dirname;
const skipped = new Set([
  'node_modules',
  'dist',
  'build',
  '.svelte-kit',
  '.wrangler',
  '.winback',
  '.git',
  'migrations',
  'fixtures',
  'worker-configuration.d.ts',
]);

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !skipped.has(name))
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? sourcesUnder(path) : [path]))
    .filter((path) => /\.(ts|tsx|svelte|css)$/.test(path) && !/\.(gen|d)\./.test(path));
}

const sources = sourcesUnder(root).map((path) => ({ path: relative(root, path), text: readFileSync(path, 'utf8') }));
const isTest = (path: string) => /\.(test|suite)\.tsx?$|\/test\//.test(path);

/** The room a file belongs to: `packages/mail`, `workers/ingest`, `workers` for what the rooms share, `dashboard`. */
function roomOf(path: string): string {
  const [top = '', room = ''] = path.split('/');
  if (top === 'packages') return `packages/${room}`;
  if (top === 'workers') return room.includes('.') ? 'workers' : `workers/${room}`;
  return top;
}

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const imports: Import[] = sources.flatMap(({ path, text }) => {
  const pattern =
    /^\s*(import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...text.matchAll(pattern)].map((match) => ({
    from: path,
    to: target(path, match[3] ?? match[4] ?? match[5] ?? ''),
    typeOnly: match[2] !== undefined,
  }));
});

/** A relative import as a path from the root; a bare one as it is written. */
function target(from: string, specifier: string): string {
  return specifier.startsWith('.') ? relative(root, resolve(root, dirname(from), specifier)) : specifier;
}

/** What a package may import of ours, besides its own files. */
const allowed: Record<string, RegExp> = {
  'packages/domain': /^$/,
  'packages/engine': /^@winback\/domain$/,
  'packages/db': /^@winback\/domain$/,
  'packages/catalog': /^@winback\/domain$/,
  'packages/mail': /^@winback\/domain$/,
  'packages/connectors': /^@winback\/domain$/,
  'packages/tracker': /^$/,
  'packages/demo': /^$/,
  dashboard: /^@winback\/domain$/,
};

function brokenImports(): string[] {
  return imports
    .filter(({ from }) => !isTest(from))
    .flatMap(({ from, to, typeOnly }) => {
      const room = roomOf(from);
      const broken: string[] = [];
      const rule = allowed[room];
      const ours = to.startsWith('@winback/') || /^(packages|workers|dashboard|scripts)\//.test(to);
      const inside = to.startsWith(`${room}/`);
      if (
        rule &&
        ours &&
        !inside &&
        !rule.test(to) &&
        !(room === 'dashboard' && typeOnly && to.startsWith('@winback/worker'))
      ) {
        broken.push(
          `${from} imports ${to}: ${room} may import of ours only ${rule.source === '^$' ? 'nothing' : rule.source}`,
        );
      }
      if (to.startsWith('cloudflare:') && !/^workers|^scripts\/bench\/worker\//.test(from))
        broken.push(`${from} imports ${to}: only workers/ knows Cloudflare`);
      if (/^workers\/\w+$/.test(room) && /^workers\/\w+\//.test(to) && !inside && !typeOnly) {
        broken.push(`${from} imports ${to}: rooms of workers/ meet in messages.ts, by a binding, or in index.ts`);
      }
      if (/^@winback\/[a-z]+\/src\//.test(to))
        broken.push(`${from} imports ${to}: import the façade, never a neighbour's inner file`);
      return broken;
    });
}

function longFunctions(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const long: string[] = [];
  const visit = (node: ts.Node): void => {
    const isFunction =
      ts.isFunctionDeclaration(node) ||
      ts.isMethodDeclaration(node) ||
      ts.isArrowFunction(node) ||
      ts.isFunctionExpression(node);
    if (isFunction && node.body && ts.isBlock(node.body)) {
      const lines =
        file.getLineAndCharacterOfPosition(node.end).line -
        file.getLineAndCharacterOfPosition(node.getStart()).line +
        1;
      if (lines > 60) long.push(`${path}: a function of ${lines} lines; name its steps`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return long;
}

describe('the house', () => {
  it('has arrows that point one way', () => {
    expect(brokenImports()).toEqual([]);
  });

  it('has no room called after nothing in particular', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|types|misc)(\.ts|\/)/;
    expect(sources.filter(({ path }) => vague.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('has no file past 350 lines: a second noun wants a second file', () => {
    const long = sources.filter(({ path, text }) => !isTest(path) && text.split('\n').length > 351);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has no function past 60 lines', () => {
    const code = sources.filter(({ path }) => /\.tsx?$/.test(path) && !isTest(path));
    expect(code.flatMap(({ path, text }) => longFunctions(path, text))).toEqual([]);
  });

  it('never mocks a module of its own', () => {
    const mocked = sources.filter(
      ({ path, text }) => path !== 'architecture.test.ts' && /vi\.mock\(\s*['"](\.|@winback)/.test(text),
    );
    expect(mocked.map(({ path }) => path)).toEqual([]);
  });
});
