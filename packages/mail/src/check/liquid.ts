// Liquid that cannot be read, names that nothing stands behind, and names that are always empty in such a letter.
import type { TemplateProblem, TemplateUse } from '@winback/domain';
import { TemplateError, variablesIn } from '../liquid.ts';
import { isKnownVariable } from '../variables.ts';
import type { Place } from './problem.ts';
import { stop, warn } from './problem.ts';

/** A piece of a template with Liquid in it, and where a place in it is. */
export interface Piece {
  source: string;
  at: (line: number, column: number) => Place;
}

/** Problems of some pieces of one template; each name is told once for each piece. */
export function checkLiquid(pieces: readonly Piece[], use: TemplateUse): TemplateProblem[] {
  return pieces.flatMap((piece) => (piece.source.includes('{') ? checkPiece(piece, use) : []));
}

function checkPiece({ source, at }: Piece, use: TemplateUse): TemplateProblem[] {
  try {
    const lists = loopsIn(source);
    const told = new Set<string>();
    return variablesIn(source).flatMap(({ path, line, column, isLocal }) => {
      const name = path.join('.');
      const [root = ''] = path.map(String);
      if (told.has(name) || root === 'forloop' || root === 'tablerowloop' || (isLocal && !lists.has(root))) return [];
      told.add(name);
      if (!isKnownVariable(use, path, lists))
        return [
          warn('unknown-variable', `nothing is called ${name} in such a letter: it would be empty`, at(line, column)),
        ];
      const empty = alwaysEmpty(use, root);
      return empty ? [warn('no-data', `${name} is always empty here: ${empty}`, at(line, column))] : [];
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return [stop('liquid', error.message, at(error.line ?? 1, error.column ?? 1))];
  }
}

/** Loop variables and the list that each goes through. */
function loopsIn(source: string): ReadonlyMap<string, string> {
  const loops = source.matchAll(/\{%-?\s*(?:for|tablerow)\s+([\w-]+)\s+in\s+([\w-]+)/g);
  return new Map([...loops].map(([, name = '', list = '']) => [name, list]));
}

const searches = ['search', 'search_items', 'search_groups'];
const browsed = ['category', 'source_categories'];
const about = ['items', 'source_items', 'source_item'];

/** Why a name has no data in letters of this use; null: it may have. */
export function alwaysEmpty(use: TemplateUse, root: string): string | null {
  if (searches.includes(root) && use !== 'abandoned_search') return 'nothing was searched for';
  if (browsed.includes(root) && use !== 'abandoned_category') return 'no category was browsed';
  if (about.includes(root) && ['abandoned_category', 'abandoned_search', 'retention', 'digest'].includes(use))
    return 'such a letter shows recommendations alone';
  if (/^rate_\d_url$/.test(root) && use !== 'recently_purchased') return 'only a Thank You asks for stars';
  return null;
}
