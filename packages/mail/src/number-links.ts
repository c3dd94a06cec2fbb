// Gives every link of a letter's HTML its number, before the letter is filled in: `href="{{ item.url }}"` becomes
// `href="{{ item.url | link: 3 }}"`. Everything else stays as it was, byte for byte: no tree is built, for any HTML parser carries
// Liquid out of tables. Links in conditional comments count too, for that is where Outlook reads.

// No text can be read in two ways by these, so that none takes long: merchants write it.
const liquid = String.raw`\{\{(?:(?!\}\})[\s\S])*\}\}|\{%(?:(?!%\})[\s\S])*%\}`;
const brace = String.raw`\{(?![{%])`;
const quoted = `"(?:${liquid}|${brace}|[^"{])*"|'(?:${liquid}|${brace}|[^'{])*'`;
/** What is passed over whole, then the tags that lead somewhere. */
const scanned = new RegExp(
  [
    String.raw`<!--(?!\[if\b)[\s\S]*?-->`,
    String.raw`<(style|script)\b[\s\S]*?<\/\1\s*>`,
    String.raw`\{%-?\s*(raw|comment)\s*-?%\}[\s\S]*?\{%-?\s*end\2\s*-?%\}`,
    String.raw`(<(?:a|area|v:[a-z]+)(?=[\s/]))((?:${quoted}|${liquid}|${brace}|[^"'>{]){0,5000})(?=>)`,
  ].join('|'),
  'gi',
);
const attribute = new RegExp(
  String.raw`(${liquid})|([^\s"'>/={]+)(?:(\s*=\s*)(${quoted}|(?:${liquid}|${brace}|[^\s"'>{])+))?`,
  'gi',
);
/** The ways out stay as they are: nobody may have to ask us where they lead. */
const wayOut = /\b(unsubscribe|preferences|confirm|view_?online|web_?version)_?(url|link)?\b/i;
const whole = /^\{\{-?\s*([^{}]*?)\s*-?\}\}$/;

/** The HTML with its links numbered from 1, in the order of the text. HTML that has numbers keeps them. */
export function numberLinks(html: string): string {
  let number = 0;
  if (/\|\s*link:\s*\d/.test(html)) return html;
  return html.replace(scanned, (all, _style, _raw, tag: string | undefined, attributes: string | undefined) => {
    if (tag === undefined || attributes === undefined) return all;
    const rewritten = attributes.replace(attribute, (one, _liquid, name?: string, equals?: string, value?: string) => {
      if (name?.toLowerCase() !== 'href' || equals === undefined || value === undefined) return one;
      const quote = /^["']/.test(value) ? value.charAt(0) : '';
      const address = quote ? value.slice(1, -1) : value;
      if (!isFollowed(address)) return one;
      number += 1;
      return `${name}${equals}${quote}${numbered(address, number)}${quote}`;
    });
    return `${tag}${rewritten}`;
  });
}

/** What leads nowhere has a number too: whoever writes the links takes it out. */
function isFollowed(address: string): boolean {
  const begins = address.trimStart();
  if (wayOut.test((begins.match(/^\{\{[\s\S]*?\}\}/) ?? [''])[0])) return false;
  return begins !== '' && !/^(?:mailto:|tel:|sms:|#)/i.test(begins);
}

/** What is written between other text was escaped as HTML by then: the filter is told. */
function numbered(address: string, number: number): string {
  const alone = whole.exec(address.trim())?.[1];
  if (alone) return `{{ ${alone} | link: ${number} }}`;
  return `{% capture link_to %}${address}{% endcapture %}{{ link_to | link: ${number}, 'escaped' }}`;
}
