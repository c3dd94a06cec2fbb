// HTML that a merchant wrote: links, pictures and colours that will not work, and what mail programs do not let run. It is read as a
// stream with Liquid blotted out, so that each problem has its place and nothing is rewritten.
import type { TemplateProblem } from '@winback/domain';
import { Parser } from 'htmlparser2';
import { contrastOf, inkOn } from '../template/colours.ts';
import { liquidPieces } from '../template/words.ts';
import type { Place } from './problem.ts';
import { stop, warn } from './problem.ts';

const blot = '\uE000';

interface Open {
  name: string;
  color: string | null;
  background: string | null;
}

interface ToRead {
  html: string;
  /** Behind everything, in the light and in the dark. */
  grounds: { light: string; dark: string };
  at: (index: number) => Place;
}

/** Problems of a piece of HTML, in its order; of colours only the first of each pair. */
export function checkHtml({ html, grounds, at }: ToRead): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const open: Open[] = [];
  const pairs = new Set<string>();
  const source = html
    .split(liquidPieces)
    .map((part, index) => (index % 2 === 1 ? blot.repeat(part.length) : part))
    .join('');
  const parser = new Parser(
    {
      onopentag: (tag, attributes) => {
        const name = tag.replace(/^mj-/, '');
        const place = at(parser.startIndex);
        problems.push(...ofTag(name, attributes, place));
        open.push({ name: tag, ...coloursOf(attributes) });
      },
      ontext: (text) => {
        if (text.replaceAll(blot, '').trim() === '' || open.some(({ name }) => name === 'style' || name === 'title'))
          return;
        problems.push(...ofColours(open, { grounds, pairs, at: at(parser.startIndex) }));
      },
      onclosetag: (name) => {
        if (open.at(-1)?.name === name) open.pop();
      },
    },
    { decodeEntities: true, recognizeSelfClosing: true },
  );
  parser.end(source);
  return problems;
}

const running = ['script', 'iframe', 'object', 'embed', 'base', 'frame', 'applet', 'svg'];
const unsure = ['form', 'input', 'select', 'textarea', 'video', 'audio'];

function ofTag(name: string, attributes: Record<string, string>, at: Place): TemplateProblem[] {
  const handler = Object.keys(attributes).find((attribute) => /^on[a-z]+$/i.test(attribute));
  if (handler) return [stop('active-content', `${handler} cannot stand in a letter: take it out`, at)];
  if (running.includes(name)) return [stop('active-content', `<${name}> cannot stand in a letter: take it out`, at)];
  if (name === 'meta' && /refresh/i.test(attributes['http-equiv'] ?? ''))
    return [stop('active-content', 'a letter cannot lead on by itself: take the refresh out', at)];
  if (unsure.includes(name)) return [warn('active-content', `most mail programs do not show <${name}>`, at)];
  if (name === 'a' || name === 'button') return ofLink(attributes['href'], at, name === 'a');
  if (name === 'img' || name === 'image') return ofPicture(attributes, at);
  return [];
}

/** What is wrong with where something leads; Liquid is taken at its word. */
export function ofLink(href: string | undefined, at: Place, mustLead = true): TemplateProblem[] {
  const address = (href ?? '').trim();
  if (address === '') return mustLead ? [warn('link', 'this link leads nowhere: give it an address', at)] : [];
  if (address === '#') return [warn('link', 'this link leads nowhere: give it an address', at)];
  if (address.includes(blot) || address.includes('{{') || address.startsWith('#')) return [];
  if (/^(?:mailto|tel|sms):/i.test(address)) return [];
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    return [stop('link', `${address.slice(0, 60)} is not an address of the web: begin it with https://`, at)];
  const { hostname, protocol } = new URL(address);
  if (hostname === 'localhost' || /^(?:\d+\.){3}\d+$|\.local$|^\[/.test(hostname))
    return [stop('link', `${hostname} cannot be reached by the readers of a letter`, at)];
  if (/(?:^|\.)(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|is\.gd|clck\.ru|ow\.ly)$/i.test(hostname))
    return [warn('spam', `${hostname} hides where a link leads, and filters know it: use the shop’s own address`, at)];
  return protocol === 'http:' ? [warn('link', `${hostname} is linked without https`, at)] : [];
}

function ofPicture(attributes: Record<string, string>, at: Place): TemplateProblem[] {
  const src = (attributes['src'] ?? '').trim();
  const isPixel = attributes['width'] === '1' && attributes['height'] === '1';
  const alt: TemplateProblem[] =
    attributes['alt'] === undefined && !isPixel
      ? [
          warn(
            'alt',
            'this picture says nothing to those who do not see it: add alt="…", or alt="" where it only decorates',
            at,
          ),
        ]
      : [];
  return [...alt, ...ofPictureAddress(src, at)];
}

export function ofPictureAddress(src: string, at: Place): TemplateProblem[] {
  if (src === '') return [warn('picture', 'this picture has no address', at)];
  if (src.includes(blot) || src.includes('{{')) return [];
  if (/^data:/i.test(src))
    return [warn('picture', 'many mail programs do not show pictures that are written into the letter', at)];
  if (!/^https?:\/\//i.test(src)) return [stop('picture', `${src.slice(0, 60)} is not an address of the web`, at)];
  return /^http:/i.test(src)
    ? [warn('picture', 'this picture is fetched without https: many programs do not show it', at)]
    : [];
}

function ofColours(
  open: readonly Open[],
  { grounds, pairs, at }: { grounds: ToRead['grounds']; pairs: Set<string>; at: Place },
): TemplateProblem[] {
  const color = open.findLast((one) => one.color !== null)?.color ?? null;
  const background = open.findLast((one) => one.background !== null)?.background ?? null;
  if (color === null) return [];
  const pair = `${color} ${background}`;
  if (pairs.has(pair)) return [];
  pairs.add(pair);
  if (contrastOf(color, background ?? grounds.light) < 3)
    return [warn('contrast', `${color} on ${background ?? grounds.light} can hardly be read`, at)];
  if (background === null && contrastOf(color, grounds.dark) < 3)
    return [
      warn(
        'dark-contrast',
        `${color} can hardly be read where a reader’s mail program is dark: give it a background too, or take the colour out (${inkOn(grounds.dark)} would do)`,
        at,
      ),
    ];
  return [];
}

function coloursOf(attributes: Record<string, string>): Omit<Open, 'name'> {
  const style = attributes['style'] ?? '';
  const of = (pattern: RegExp) => hexOf(pattern.exec(style)?.[1]);
  return {
    color: of(/(?:^|;)\s*color\s*:\s*(#[0-9a-f]{3,6}|white|black)\b/i) ?? hexOf(attributes['color']),
    background:
      of(/(?:^|;)\s*background(?:-color)?\s*:\s*(#[0-9a-f]{3,6}|white|black)\b/i) ??
      hexOf(attributes['bgcolor'] ?? attributes['background-color']),
  };
}

function hexOf(colour: string | undefined): string | null {
  if (colour === undefined) return null;
  const named = { white: '#ffffff', black: '#000000' }[colour.toLowerCase()] ?? colour.toLowerCase();
  if (/^#[0-9a-f]{6}$/.test(named)) return named;
  return /^#[0-9a-f]{3}$/.test(named) ? `#${[...named.slice(1)].map((digit) => digit + digit).join('')}` : null;
}
