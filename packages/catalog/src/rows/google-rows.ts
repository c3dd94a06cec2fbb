import { draftOf } from '../draft-of.ts';
import type { Element } from '../element.ts';
import { tableLexicon } from '../words.ts';
import type { Row, RowReader, TableContext } from './row.ts';
import { checkWidth } from './row.ts';

/** Google Merchant's and Facebook's tables, and people's own: an offer a row, with the words of Google's XML. */
export function googleRows(context: TableContext): RowReader {
  const { columns, ledger } = context;
  ledger.format = 'google-table';
  const names = [...columns].flatMap(([name, places]) => places.map((at) => ({ name, at })));
  return {
    row(row) {
      checkWidth(row, context);
      const draft = draftOf(elementOf(row, names), tableLexicon, 'dropped');
      ledger.found.pictures += draft.pictures.length;
      ledger.offer(draft, { line: row.line, column: 1 }, ledger.notes.takeUntilLine(row.lastLine));
    },
    end: () => undefined,
  };
}

function elementOf(row: Row, names: readonly { name: string; at: number }[]): Element {
  const children = names.map(({ name, at }) => ({
    name,
    key: name,
    attributes: {},
    text: row.cells[at] ?? '',
    children: [],
  }));
  return { name: 'row', key: 'row', attributes: {}, text: '', children };
}
