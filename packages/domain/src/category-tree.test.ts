import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CategoryLink } from './category-tree.ts';
import { categoryTree, deepestCategory } from './category-tree.ts';

const link = (id: string, parentId: string | null = null, name = id): CategoryLink => ({ id, name, parentId });

function shape(list: readonly CategoryLink[]): string[] {
  return categoryTree(list).all.map(({ id, level }) => `${'-'.repeat(level - 1)}${id}`);
}

function faults(list: readonly CategoryLink[]): [string, string][] {
  return categoryTree(list).faults.map(({ kind, id }) => [kind, id]);
}

describe('a tree of categories', () => {
  it('puts each below its parent, in the order of the list, wherever the parent stands', () => {
    expect(shape([link('2', '1'), link('3'), link('1'), link('4', '2'), link('5', '1')])).toEqual([
      '3',
      '1',
      '-2',
      '--4',
      '-5',
    ]);
  });

  it('spells the way to a category by names, and an unknown one by its id', () => {
    const tree = categoryTree([link('1', null, 'Tents'), link('2', '1', '2 persons')]);
    expect([tree.pathOf('2'), tree.pathOf('1'), tree.pathOf('9')]).toEqual(['Tents > 2 persons', 'Tents', '9']);
  });

  it('puts at the top what names itself or nobody, and says so', () => {
    const list = [link('1', '1'), link('2', 'gone'), link('3', '2')];
    expect(shape(list)).toEqual(['1', '2', '-3']);
    expect(faults(list)).toEqual([
      ['self-parent', '1'],
      ['orphan-category', '2'],
    ]);
  });

  it('opens a circle at its first category, whoever leads into it', () => {
    const list = [link('0', '3'), link('1', '2'), link('2', '3'), link('3', '1')];
    expect(shape(list)).toEqual(['1', '-3', '--0', '--2']);
    expect(faults(list)).toEqual([['category-loop', '1']]);
  });

  it('counts the first of two with one id', () => {
    const list = [link('1', null, 'Tents'), link('1', null, 'Stoves')];
    expect(categoryTree(list).pathOf('1')).toBe('Tents');
    expect(faults(list)).toEqual([['same-category', '1']]);
  });

  it('ends at a hundred levels: what lies deeper stands beside its parent', () => {
    const list = Array.from({ length: 150 }, (_, n) => link(String(n), n === 0 ? null : String(n - 1)));
    const { all, faults, pathOf } = categoryTree(list);
    expect([all.length, Math.max(...all.map(({ level }) => level))]).toEqual([150, deepestCategory]);
    expect(faults).toHaveLength(50);
    expect(pathOf('149').split(' > ')).toHaveLength(deepestCategory);
  });

  it('reads a chain and a circle of a hundred thousand', () => {
    const chain = Array.from({ length: 100_000 }, (_, n) => link(String(n), String(n + 1)));
    expect(categoryTree(chain).all).toHaveLength(100_000);
    const circle = [...chain.slice(0, -1), link('99999', '0')];
    expect(categoryTree(circle).faults[0]).toEqual({ kind: 'category-loop', id: '0', parentId: '1' });
    const pairs = Array.from({ length: 100_000 }, (_, n) => link(String(n), String(n ^ 1)));
    expect(categoryTree(pairs).faults).toHaveLength(50_000);
  });

  it('holds every category once below one that stands before it, whatever the list says', () => {
    const id = fc.constantFrom('1', '2', '3', '4', '5', '6');
    const links = fc.array(fc.record({ id, name: fc.constant('n'), parentId: fc.option(id) }), { maxLength: 12 });
    fc.assert(
      fc.property(links, (list) => {
        const { all } = categoryTree(list);
        expect(all.map((one) => one.id).toSorted()).toEqual([...new Set(list.map((one) => one.id))].toSorted());
        const levels = new Map<string | null, number>([[null, 0]]);
        for (const { id, parentId, level } of all) {
          expect(level).toBe((levels.get(parentId) ?? Number.NaN) + 1);
          levels.set(id, level);
        }
      }),
    );
  });
});
