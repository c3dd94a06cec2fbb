// Categories as shops name them: parents that nobody knows, circles, the same id twice. Whatever stands in the list, the tree
// is finite and every category stands in it once.

export interface CategoryLink {
  id: string;
  name: string;
  parentId: string | null;
}

export interface CategoryInTree {
  id: string;
  name: string;
  /** The one it stands under; null at the top, also where its own word could not be followed. */
  parentId: string | null;
  /** 1 at the top. */
  level: number;
}

export type CategoryFaultKind = 'same-category' | 'self-parent' | 'orphan-category' | 'category-loop' | 'deep-category';

export interface CategoryFault {
  kind: CategoryFaultKind;
  /** The category that had to be moved, or left out where its id stood before. */
  id: string;
  /** What it names as its parent. */
  parentId: string | null;
}

export interface CategoryTree {
  /** Each below its parent, siblings in the order of the list. */
  all: CategoryInTree[];
  /** In the order of the list. */
  faults: CategoryFault[];
  /** `Tents > 2 persons`; the id itself where the list does not have it. */
  pathOf(id: string): string;
}

/** No shop sorts deeper: a category further down stands beside its parent. */
export const deepestCategory = 100;

/**
 * Of a category that comes twice the first counts. One that names itself or nobody we know as its parent stands at the top, and so
 * does the first of those that name each other in a circle.
 */
export function categoryTree(list: readonly CategoryLink[]): CategoryTree {
  const faults: CategoryFault[] = [];
  const byId = new Map<string, CategoryLink>();
  for (const one of list) {
    if (byId.has(one.id)) faults.push({ kind: 'same-category', id: one.id, parentId: one.parentId });
    else byId.set(one.id, one);
  }
  const parents = parentsIn(byId, faults);
  const all = placed(byId, parents, faults);
  const inTree = new Map(all.map((one) => [one.id, one]));
  return { all, faults: inOrder(faults, list), pathOf: (id) => pathIn(inTree, id) };
}

/** Whom each stands under, with what cannot be followed cut. */
function parentsIn(byId: ReadonlyMap<string, CategoryLink>, faults: CategoryFault[]): Map<string, string | null> {
  const parents = new Map<string, string | null>();
  for (const { id, parentId } of byId.values()) {
    const kind = parentId === id ? 'self-parent' : parentId !== null && !byId.has(parentId) ? 'orphan-category' : null;
    if (kind !== null) faults.push({ kind, id, parentId });
    parents.set(id, kind === null ? parentId : null);
  }
  const places = new Map([...byId.keys()].map((id, at) => [id, at]));
  const safe = new Set<string>();
  for (const id of byId.keys()) {
    const way = new Set<string>();
    let at: string | null = id;
    while (at !== null && !safe.has(at) && !way.has(at)) {
      way.add(at);
      at = parents.get(at) ?? null;
    }
    const first = at !== null && way.has(at) ? firstOfLoop(at, parents, places) : null;
    if (first !== null) {
      faults.push({ kind: 'category-loop', id: first, parentId: parents.get(first) ?? null });
      parents.set(first, null);
    }
    for (const one of way) safe.add(one);
  }
  return parents;
}

/** Of those that name each other in a circle, the one that the list names first. */
function firstOfLoop(
  member: string,
  parents: ReadonlyMap<string, string | null>,
  places: ReadonlyMap<string, number>,
): string {
  let first = member;
  for (let at = parents.get(member) ?? member; at !== member; at = parents.get(at) ?? member)
    if ((places.get(at) ?? 0) < (places.get(first) ?? 0)) first = at;
  return first;
}

/** Walks from the top down, without a stack of calls: a list may be a chain of a hundred thousand. */
function placed(
  byId: ReadonlyMap<string, CategoryLink>,
  parents: ReadonlyMap<string, string | null>,
  faults: CategoryFault[],
): CategoryInTree[] {
  const children = new Map<string | null, CategoryLink[]>();
  for (const one of byId.values()) {
    const parent = parents.get(one.id) ?? null;
    const others = children.get(parent);
    if (others === undefined) children.set(parent, [one]);
    else others.push(one);
  }
  const all: CategoryInTree[] = [];
  const waiting: { link: CategoryLink; parentId: string | null; level: number }[] = [];
  for (const link of children.get(null) ?? []) waiting.push({ link, parentId: null, level: 1 });
  waiting.reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { link, parentId, level } = next;
    all.push({ id: link.id, name: link.name, parentId, level });
    const isDeepest = level === deepestCategory;
    for (const child of (children.get(link.id) ?? []).toReversed()) {
      if (isDeepest) faults.push({ kind: 'deep-category', id: child.id, parentId: link.id });
      waiting.push({ link: child, parentId: isDeepest ? parentId : link.id, level: isDeepest ? level : level + 1 });
    }
  }
  return all;
}

function pathIn(inTree: ReadonlyMap<string, CategoryInTree>, id: string): string {
  const names: string[] = [];
  for (let at = inTree.get(id); at !== undefined; at = at.parentId === null ? undefined : inTree.get(at.parentId))
    names.unshift(at.name);
  return names.length === 0 ? id : names.join(' > ');
}

function inOrder(faults: readonly CategoryFault[], list: readonly CategoryLink[]): CategoryFault[] {
  const places = new Map(list.map(({ id }, at): [string, number] => [id, at]).toReversed());
  return faults.toSorted((one, other) => (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0));
}
