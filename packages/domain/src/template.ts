// What a merchant builds a letter from. A document is kept as it was written; the mail package makes HTML and text of it once, when
// it is saved. Loops over products are blocks, so that no edit can break one.
import { z } from 'zod';
import { scenarioCodes } from './scenario.ts';
import { brandFonts } from './shop.ts';

/** What a template is for: a scenario's letter, or the digest that goes to many. */
export const templateUses = [...scenarioCodes, 'digest'] as const;
export type TemplateUse = (typeof templateUses)[number];
export const templateUseSchema = z.enum(templateUses);

/** The languages that we write letters in ourselves. */
export const templateLanguages = ['en', 'ru'] as const;
export type TemplateLanguage = (typeof templateLanguages)[number];
export const templateLanguageSchema = z.enum(templateLanguages);

/** How a digest looks in the list of the mail program, until somebody says otherwise. */
export const digestCovers = {
  en: { subject: 'New at {{ shop.name }}', preheader: 'Picked for you from what is new and liked.' },
  ru: { subject: 'Новое в {{ shop.name }}', preheader: 'Выбрано для вас из нового и любимого.' },
} as const satisfies Record<TemplateLanguage, { subject: string; preheader: string }>;

/** A colour of a template: written out, or the shop's own (Design > Brand). */
export const colourSchema = z.union([
  z.literal('brand'),
  z.string().regex(/^#[0-9a-f]{6}$/i, 'a colour is written #1a6b7c, or brand'),
]);
export type Colour = z.infer<typeof colourSchema>;

/** `brand`: the shop's. */
export const templateFonts = ['brand', ...brandFonts] as const;

/** How the whole letter looks. */
export const themeSchema = z.object({
  font: z.enum(templateFonts).default('brand'),
  headingFont: z.enum(templateFonts).default('brand'),
  /** `capitals`: headings in capital letters, widely set. */
  headings: z.enum(['bold', 'light', 'capitals']).default('bold'),
  /** Behind the letter, and the letter's own paper. */
  ground: colourSchema.default('#f2f3f5'),
  sheet: colourSchema.default('#ffffff'),
  ink: colourSchema.default('#1b1f24'),
  /** Of small print. */
  mute: colourSchema.default('#5a646e'),
  /** Of buttons and links. */
  accent: colourSchema.default('brand'),
  /** How round pictures and buttons are, in px. */
  corners: z.number().int().min(0).max(32).default(8),
  /** Of the letter on a wide screen, in px. */
  width: z.number().int().min(480).max(680).default(600),
  /** Air between and beside blocks. */
  air: z.enum(['tight', 'usual', 'wide']).default('usual'),
  /** A line around the letter's paper. */
  frame: z.enum(['none', 'line', 'dashed', 'bar']).default('none'),
});
export type Theme = z.infer<typeof themeSchema>;

const style = {
  align: z.enum(['left', 'center', 'right']).optional(),
  /** Behind the block, from edge to edge. */
  background: colourSchema.optional(),
  /** Of its words. */
  color: colourSchema.optional(),
  /** Air above and below, in px. */
  paddingTop: z.number().int().min(0).max(96).optional(),
  paddingBottom: z.number().int().min(0).max(96).optional(),
};
const base = { id: z.string().min(1).max(40), ...style };

/** One line or some words; Liquid is allowed, tags are shown as they are written. */
const words = z.string().max(2_000, 'at most 2000 characters');
/** An address; Liquid is allowed. */
const address = z.string().trim().max(2_000, 'at most 2000 characters');

/** Tags that the words of a text block may have. */
export const richTextTags = ['p', 'br', 'strong', 'em', 'u', 'a', 'ul', 'ol', 'li'] as const;
const richText = z
  .string()
  .max(20_000, 'at most 20000 characters')
  .superRefine((html, context) => {
    for (const [tag, name] of html.matchAll(/<\/?([a-z][a-z0-9-]*)\b[^>]*>/gi)) {
      if (richTextTags.some((allowed) => allowed === name?.toLowerCase())) continue;
      const message = `${tag.slice(0, 40)} cannot stand in a text: it may have ${richTextTags.join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return;
    }
  });

const heading = z.object({
  ...base,
  kind: z.literal('heading'),
  text: words,
  level: z.union([z.literal(1), z.literal(2)]).default(1),
});
/** `html`: paragraphs and lists with {@link richTextTags}, links with `href` alone. */
const text = z.object({
  ...base,
  kind: z.literal('text'),
  html: richText,
  size: z.enum(['small', 'usual', 'large']).default('usual'),
});
const image = z.object({
  ...base,
  kind: z.literal('image'),
  src: address,
  /** What the picture says to those who do not see it; empty: it says nothing. */
  alt: words.default(''),
  href: address.default(''),
  /** In px; null: as wide as the letter. */
  width: z.number().int().min(16).max(680).nullable().default(null),
  /** From edge to edge, without air beside it. */
  bleed: z.boolean().default(false),
});
const button = z.object({
  ...base,
  kind: z.literal('button'),
  text: words,
  /** `item`: the first product that the letter is about; `link`: to `href`. */
  to: z.enum(['cart', 'shop', 'item', 'link']).default('cart'),
  href: address.default(''),
  look: z.enum(['filled', 'outline', 'link']).default('filled'),
  wide: z.boolean().default(false),
});
const spacer = z.object({ ...base, kind: z.literal('spacer'), height: z.number().int().min(4).max(120).default(24) });
const html = z.object({ ...base, kind: z.literal('html'), html: z.string().max(50_000, 'at most 50000 characters') });

/** What may stand in a column. */
export const columnBlockSchema = z.discriminatedUnion('kind', [heading, text, image, button, spacer]);
export type ColumnBlock = z.infer<typeof columnBlockSchema>;

export const networks = [
  'instagram',
  'facebook',
  'tiktok',
  'youtube',
  'x',
  'pinterest',
  'linkedin',
  'telegram',
  'vk',
  'whatsapp',
  'web',
] as const;

const productBlocks = [
  /** The lines of the cart, or the products that the letter is about: one under another, with their quantity. */
  z.object({
    ...base,
    kind: z.literal('items'),
    title: words.default(''),
    /** The word before a number of pieces. */
    quantity: words,
    /** `big`: a large picture each. */
    look: z.enum(['rows', 'big', 'lines']).default('rows'),
    /** On a button below each; empty: none. */
    button: words.default(''),
  }),
  /** The products that the letter is about, beside each other. */
  z.object({
    ...base,
    kind: z.literal('sourceProducts'),
    title: words.default(''),
    columns: z.number().int().min(1).max(3).default(2),
    count: z.number().int().min(1).max(12).default(6),
    button: words.default(''),
  }),
  /** Recommended products; nothing where there are none. */
  z.object({
    ...base,
    kind: z.literal('picks'),
    title: words,
    columns: z.number().int().min(1).max(4).default(3),
    /** At most; null: as many as the scenario asks for. */
    count: z.number().int().min(1).max(12).nullable().default(null),
    button: words.default(''),
  }),
] as const;

const closingBlocks = [
  /** Why one gets it, the way out, the shop's postal address. */
  z.object({
    ...base,
    kind: z.literal('footer'),
    reason: words,
    unsubscribe: words,
    /** Links that are left out where empty: `{{ lessOftenUrl }}`, `{{ viewOnlineUrl }}`. */
    lessOften: words.default(''),
    viewOnline: words.default(''),
  }),
  /** The one thing to do in a letter that asks to confirm. */
  z.object({ ...base, kind: z.literal('confirm'), text: words }),
  /** A footer without a way out: the letter comes once, and nothing follows. */
  z.object({ ...base, kind: z.literal('imprint'), reason: words }),
] as const;

export const blockSchema = z.discriminatedUnion('kind', [
  z.object({
    ...base,
    kind: z.literal('header'),
    /** Its address; empty: the shop's logo (Design > Brand), or its name where it has none. */
    logo: address.default(''),
    width: z.number().int().min(40).max(560).default(160),
    /** Small words above it, a link to the letter as a page; empty: none. */
    viewOnline: words.default(''),
  }),
  heading,
  text,
  image,
  button,
  ...productBlocks,
  /** `code` is shown large; `{{ promocode }}` is the person's own. */
  z.object({ ...base, kind: z.literal('coupon'), title: words, code: words, note: words.default('') }),
  z.object({
    ...base,
    kind: z.literal('divider'),
    line: z.enum(['solid', 'dashed', 'dotted']).default('solid'),
    thickness: z.number().int().min(1).max(8).default(1),
  }),
  spacer,
  z.object({
    ...base,
    kind: z.literal('social'),
    links: z.array(z.object({ network: z.enum(networks), url: address })).max(10),
  }),
  /** Five stars, each a link. */
  z.object({ ...base, kind: z.literal('rating'), title: words, worst: words.default(''), best: words.default('') }),
  z.object({
    ...base,
    kind: z.literal('columns'),
    /** Beside each other on a wide screen, one under another on a phone. `share` of the width, in per cent. */
    columns: z
      .array(z.object({ share: z.number().int().min(15).max(85), blocks: z.array(columnBlockSchema).max(8) }))
      .min(2)
      .max(3),
  }),
  ...closingBlocks,
  /** As it is written; only what stands alone as a piece of HTML. */
  html,
]);
/** A block of a template in standard mode. Its words may hold Liquid: `{{ shop.name }}`, `{{ person.name }}`. */
export type Block = z.infer<typeof blockSchema>;
export type BlockKind = Block['kind'];

export const standardDocumentSchema = z.object({
  version: z.literal(1),
  mode: z.literal('standard'),
  theme: themeSchema.prefault({}),
  blocks: z
    .array(blockSchema)
    .min(1, 'a template has at least one block')
    .max(60, 'a template has at most 60 blocks')
    .refine((blocks) => new Set(blocks.map(({ id }) => id)).size === blocks.length, 'two blocks have the same id'),
});
/** `text`: the plain part as the merchant wrote it; null: it is made from the source. */
export const advancedDocumentSchema = z.object({
  version: z.literal(1),
  mode: z.literal('advanced'),
  language: z.enum(['html', 'mjml']),
  source: z.string().max(200_000, 'the source has at most 200000 characters'),
  text: z.string().max(100_000, 'the text has at most 100000 characters').nullable(),
});

/** A template as it is written and stored. `version` is the document's form, not its edition. */
export const templateDocumentSchema = z.discriminatedUnion('mode', [standardDocumentSchema, advancedDocumentSchema]);
export type TemplateDocument = z.infer<typeof templateDocumentSchema>;
export type StandardDocument = z.infer<typeof standardDocumentSchema>;
export type AdvancedDocument = z.infer<typeof advancedDocumentSchema>;
