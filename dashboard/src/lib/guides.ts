// The guides of docs/ that are about connecting a store, carried with the dashboard and read where they are needed.

const files = import.meta.glob<string>(
  ['../../../docs/connect/*.md', '../../../docs/from-personaclick*.md', '../../../docs/shop-developers.md'],
  { query: '?raw', import: 'default' },
);

/** Each guide's text, asked for by the name of its file. */
export const guides: ReadonlyMap<string, () => Promise<string>> = new Map(
  Object.entries(files).map(([path, read]) => [path.replace(/^.*\/|\.md$/g, ''), read]),
);
