/** What a text looks like from its first characters. A name ending in `.jsonl` decides between the two kinds of JSON. */
export function kindOf(head: string, fileName: string | null): 'xml' | 'json' | 'json-lines' | 'table' {
  const text = head.trimStart();
  if (text.startsWith('<') || /<(\?xml|yml_catalog|rss|feed|price)[\s>]/.test(text)) return 'xml';
  if (!/^[[{]/.test(text)) return 'table';
  return /\.(jsonl|ndjson)(\.gz)?$/i.test(fileName ?? '') || isLines(text) ? 'json-lines' : 'json';
}

/** Two objects that follow each other, each in its line. */
function isLines(text: string): boolean {
  const [first = '', second = ''] = text.split(/\r?\n/, 2);
  return first.startsWith('{') && first.trimEnd().endsWith('}') && second.trimStart().startsWith('{');
}
