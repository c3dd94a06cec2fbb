// What can be wrong with a feed, as a merchant reads it: what it is called, and how it is mended.

interface ProblemWords {
  title: string;
  /** What becomes of the offer, and what to do. */
  mend: string;
}

const words: Record<string, ProblemWords> = {
  // What is left out
  'no-id': {
    title: 'No id',
    mend: 'Such offers are left out. Give each the id that your pages report for the product.',
  },
  'no-name': { title: 'No name', mend: 'Such offers are left out. Give each a name.' },
  'same-id': {
    title: 'Two offers with one id',
    mend: 'The first counts, the others are left out. Give sizes and colours ids of their own, and one group id together.',
  },
  'large-offer': {
    title: 'An offer without an end',
    mend: 'It is larger than any offer is: look for an element that is not closed.',
  },
  'unclosed-offer': {
    title: 'An offer that is not closed',
    mend: 'The offer is left out. Look at the line for a missing </offer>.',
  },
  'no-variations': {
    title: 'A product without its variants',
    mend: 'The export names variants that it does not contain: export all rows.',
  },
  // What letters leave out
  'no-url': {
    title: 'No address',
    mend: 'Letters leave these products out: there is nowhere to click to. Fill in <url>.',
  },
  'bad-url': {
    title: 'Not an address',
    mend: 'Letters leave these products out. An address starts with https:// and has no spaces.',
  },
  'no-price': {
    title: 'No price',
    mend: 'Letters leave these products out. Fill in <price>, also for what is sold out.',
  },
  'bad-price': {
    title: 'A price that is no number',
    mend: 'Letters leave these products out. Write the number alone: 1299.90, without words and without the currency.',
  },
  'zero-price': {
    title: 'A price of zero',
    mend: 'Letters leave these products out. What is given away needs no offer; otherwise fill in the price.',
  },
  'no-picture': {
    title: 'No picture',
    mend: 'Letters leave these products out. Fill in <picture> with an address that starts with https://.',
  },
  'bad-picture': {
    title: 'Not the address of a picture',
    mend: 'The picture is left out. Its address starts with https:// and has no spaces.',
  },
  'no-category': { title: 'In no category', mend: 'Letters leave these products out. Fill in <categoryId>.' },
  // What is odd, and taken
  'bad-old-price': {
    title: 'An old price that cannot be',
    mend: 'It is not shown. The old price is higher than the price; leave it out where there is no discount.',
  },
  'bad-sale-price': {
    title: 'A sale price that is no number',
    mend: 'The usual price is shown. Write the number alone: 999.90.',
  },
  'other-currency': {
    title: 'Prices in another currency',
    mend: 'They stay as they are. Name the rate in <currencies>, or write prices in your shop’s currency.',
  },
  'unknown-category': {
    title: 'A category that is not in the feed',
    mend: 'The product is taken, and found in no category. Add the category to the list, or mend the id.',
  },
  'orphan-category': {
    title: 'Categories whose parent is missing',
    mend: 'They stand at the top. Add the parents to the list of categories.',
  },
  'self-parent': {
    title: 'Categories that are their own parent',
    mend: 'They stand at the top. Take the parent away, or name the right one.',
  },
  'category-loop': {
    title: 'Categories that lie in each other',
    mend: 'The circle is cut. Look at the parents of these categories.',
  },
  'deep-category': {
    title: 'Categories nested very deep',
    mend: 'The deepest stand beside their parents. Nothing to do.',
  },
  'bad-collection': {
    title: 'A collection that cannot be kept',
    mend: 'It is left out. Give each collection an id and a name, and name it once.',
  },
  'past-sale': {
    title: 'A promotion that has ended',
    mend: 'The usual price is shown. Take the promotion out of the feed.',
  },
  'bad-category': { title: 'A category without id or name', mend: 'It is left out. Give it both.' },
  'same-category': { title: 'Two categories with one id', mend: 'The first counts. Give each its own id.' },
  'many-categories': {
    title: 'Too many categories',
    mend: 'The feed has more than 100,000: the others are left out. Are these tags?',
  },
  'picture-format': {
    title: 'Pictures that not every mail program shows',
    mend: 'Offer JPEG, PNG or GIF: Outlook shows no WebP and no AVIF.',
  },
  'many-pictures': { title: 'Very many pictures', mend: 'The first 30 are kept. Nothing to do.' },
  'many-params': { title: 'Very many properties', mend: 'The first 200 are kept. Nothing to do.' },
  'long-name': {
    title: 'A very long name',
    mend: 'Its first 500 characters are kept. Letters look better with short names.',
  },
  'long-text': { title: 'A very long text', mend: 'Its beginning is kept. Nothing to do.' },
  'repeated-field': { title: 'One field, more than once', mend: 'The first that is not empty counts. Write it once.' },
  'active-markup': {
    title: 'A script in a description',
    mend: 'It is taken out. Look where it comes from: somebody may have written it into your shop.',
  },
  'wrong-case': {
    title: 'Names written too large or too small',
    mend: 'XML tells <Price> from <price>. It was understood this time: write the names as the format has them.',
  },
  'no-object': { title: 'A line that is no product', mend: 'It is left out. Each product is one JSON object.' },
  'ragged-row': {
    title: 'A row with more or fewer cells',
    mend: 'Cells may have slipped. A text with commas or line breaks stands in quotes.',
  },
  // The file itself
  'stray-ampersand': { title: 'A bare &', mend: 'It was understood. In XML it is written &amp;.' },
  'unknown-entity': {
    title: 'A character that XML does not know',
    mend: 'It is kept as it is written. Write the character itself, in UTF-8.',
  },
  'html-entity': {
    title: 'A character as HTML writes it',
    mend: 'It was understood (&nbsp; and the like). Write the character itself.',
  },
  'doctype-entity': {
    title: 'Words that the file defines itself',
    mend: 'They are never filled in: they could be used to attack. Write the text itself.',
  },
  'control-character': {
    title: 'Invisible characters',
    mend: 'They are left out. They come from texts that were pasted into the shop.',
  },
  'invalid-bytes': {
    title: 'Broken characters',
    mend: 'They are shown as �. The file mixes encodings: write all of it in UTF-8.',
  },
  'encoding-mismatch': {
    title: 'Another encoding than it says',
    mend: 'It was read as what it is. Name the encoding that the file has, best UTF-8.',
  },
  'bad-nesting': {
    title: 'Elements closed in the wrong order',
    mend: 'It was understood as far as it can be. Look at the line.',
  },
  'nested-cdata': {
    title: 'CDATA within CDATA',
    mend: 'It was understood as far as it can be. Write the text once, in one CDATA.',
  },
  'unclosed-cdata': {
    title: 'CDATA that is not closed',
    mend: 'What follows was taken for text. Look for a missing ]]>.',
  },
  'bad-json': {
    title: 'A line that is no JSON',
    mend: 'It is left out. Let a program write the file, not a template.',
  },
  'junk-before': {
    title: 'Something before the feed',
    mend: 'It was passed over. Often an error message or an empty line of the program that writes the file.',
  },
  'junk-after': {
    title: 'Something after the feed',
    mend: 'It was passed over. Often an error message of the program that writes the file.',
  },
  // Why nothing was imported
  empty: {
    title: 'The feed is empty',
    mend: 'The program that writes it may be at work or broken. Open the address in a browser.',
  },
  'web-page': {
    title: 'A web page, not a feed',
    mend: 'Open the address in a private window: it may ask to sign in, or say that it has moved.',
  },
  'not-a-feed': {
    title: 'No feed that is read here',
    mend: 'We read YML, Google’s RSS, Atom and tables, Shopify’s and WooCommerce’s exports, and JSON.',
  },
  'no-offers': {
    title: 'No offer in it',
    mend: 'The program that writes the feed found nothing to sell: look at its filters.',
  },
  truncated: {
    title: 'It ends too early',
    mend: 'The file was fetched while it was written, or the program died. Let it write to another file and rename that.',
  },
  'too-deep': { title: 'Nested without end', mend: 'Elements are not closed. Look at the line.' },
  'endless-token': { title: 'A text without end', mend: 'An element or a quote is not closed. Look at the line.' },
  'too-large': { title: 'Too large', mend: 'Leave out what is not sold any more, or pack the file with gzip.' },
  bomb: { title: 'An archive that unpacks without end', mend: 'No feed does that. Send the feed itself.' },
  'broken-archive': {
    title: 'A damaged archive',
    mend: 'It was cut off on its way, or was packed wrongly. Pack it anew.',
  },
  'no-feed-in-archive': {
    title: 'No feed in the archive',
    mend: 'Put the .xml, .csv or .json file itself into the zip.',
  },
  'unsupported-compression': { title: 'A packing that is not read', mend: 'Use gzip or zip, or none.' },
  'unsupported-encoding': { title: 'An encoding that is not read', mend: 'Send the file in UTF-8.' },
};

/** Words for a kind of problem; one that is new here is called as it was found, and its sentences say the mend. */
export function problemWords(kind: string): ProblemWords {
  const known = words[kind];
  if (known) return known;
  const title = kind.replaceAll('-', ' ');
  return { title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`, mend: '' };
}
