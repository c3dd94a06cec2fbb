// A theme and a shop's brand to colours, fonts and measures: what blocks are drawn with, and what becomes of it in the dark.
import type { Colour, ShopSettings, Theme } from '@winback/domain';
import { contrastOf, inkOn, isDark, mixed, readableOn } from './colours.ts';

export type Brand = ShopSettings['brand'];

const families = {
  sans: "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif",
  serif: "Georgia, 'Times New Roman', serif",
  mono: "'SFMono-Regular', Consolas, 'Courier New', monospace",
  round: "'Trebuchet MS', 'Segoe UI', Verdana, sans-serif",
} as const;

/** Mail programs that follow the reader's wish for the dark draw these. */
const darkGround = '#121518';
export const darkSheet = '#1d2126';
const darkInk = '#eef0f2';
const darkMute = '#b3bac1';

export interface Look {
  brand: Brand;
  theme: Theme;
  font: string;
  headingFont: string;
  ground: string;
  sheet: string;
  ink: string;
  /** Of small print on the letter's paper, and on the ground below it. */
  mute: string;
  groundMute: string;
  accent: string;
  accentInk: string;
  /** The accent as words: readable on the letter's paper. */
  link: string;
  /** Lines, and grounds behind pictures. */
  line: string;
  /** Air beside blocks, in px, and how much of the usual air is between them. */
  side: number;
  air: number;
  /** The letter is dark already: nothing has to change for those who read in the dark. */
  isDark: boolean;
  dark: { ink: string; mute: string; link: string; line: string };
}

export function lookOf(theme: Theme, brand: Brand): Look {
  const plain = (colour: Colour) => (colour === 'brand' ? brand.color : colour).toLowerCase();
  const ground = plain(theme.ground);
  const sheet = plain(theme.sheet);
  const ink = plain(theme.ink);
  const accent = plain(theme.accent);
  const isDarkAlready = isDark(sheet);
  const family = (font: Theme['font']) => families[font === 'brand' ? (brand.font ?? 'sans') : font];
  return {
    ...{ brand, theme, ground, sheet, ink, accent, isDark: isDarkAlready },
    font: family(theme.font),
    headingFont: family(theme.headingFont === 'brand' ? theme.font : theme.headingFont),
    mute: readableOn(plain(theme.mute), sheet),
    groundMute: readableOn(plain(theme.mute), ground),
    accentInk: inkOn(accent),
    link: readableOn(accent, sheet),
    line: mixed(sheet, ink, 0.16),
    side: { tight: 16, usual: 28, wide: 44 }[theme.air],
    air: { tight: 0.7, usual: 1, wide: 1.4 }[theme.air],
    dark: isDarkAlready
      ? { ink, mute: plain(theme.mute), link: readableOn(accent, sheet), line: mixed(sheet, ink, 0.16) }
      : { ink: darkInk, mute: darkMute, link: readableOn(accent, darkSheet), line: mixed(darkSheet, darkInk, 0.2) },
  };
}

/** A block's colour as it is written out. */
export function colourOf(look: Look, colour: Colour): string {
  return (colour === 'brand' ? look.brand.color : colour).toLowerCase();
}

/** The class of words of an own colour, and that colour in the dark. */
export function darkClass(colour: string): string {
  return `c${colour.slice(1)}`;
}

/** Styles for those who read in the dark, and for phones. `colours` are the own colours of blocks. */
export function styleOf(look: Look, colours: readonly string[]): string {
  const { dark } = look;
  const own = colours.map(
    (colour) => `.${darkClass(colour)} div,.${darkClass(colour)} a{color:${readableOn(colour, darkSheet)} !important}`,
  );
  const rules = [
    `.ground,.ground>div{background-color:${darkGround} !important}`,
    `.sheet,.sheet>table,.sheet>table>tbody>tr>td{background-color:${darkSheet} !important;border-color:${dark.line} !important}`,
    `.ink div,.ink a,.ink td,.ink h1,.ink h2{color:${dark.ink} !important}`,
    `.mute div,.mute a,.mute td{color:${dark.mute} !important}`,
    `.link a,.link div a{color:${dark.link} !important}`,
    `.line p,.line td{border-color:${dark.line} !important}`,
    ...(contrastOf(look.accent, darkSheet) < 1.6
      ? [`.fill td,.fill a,a.fill{background:${dark.ink} !important;color:#111111 !important}`]
      : []),
    ...own,
  ];
  // Outlook’s programs mark what they darken instead of asking the reader’s wish.
  const marked = rules.map((rule) => rule.replace(/(^|,)\./g, '$1[data-ogsc] .'));
  const darkRules = look.isDark ? '' : `@media (prefers-color-scheme:dark){${rules.join('')}}${marked.join('')}`;
  const phone =
    '@media (max-width:480px){.pairs table,.pairs tbody,.pairs tr{display:block !important;width:100% !important}.pairs td{display:inline-block !important;width:49% !important;box-sizing:border-box}.pairs td[colspan]{width:100% !important}.big h1{font-size:26px !important}.full{padding-left:0 !important;padding-right:0 !important}}';
  return `:root{color-scheme:light dark;supported-color-schemes:light dark}${phone}${darkRules}`;
}
