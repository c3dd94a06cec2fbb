// The REES46 extensions: sections inside an offer that say what kind of thing it is and for whom. Each section has its own
// fields (PersonaClick's catalogue documentation, "niche"); a value outside a list of values is left out.
import type { Element } from './element.ts';
import { Fields } from './element.ts';

type Gender = 'm' | 'f';
interface Range {
  min: number | null;
  max: number | null;
}
interface Body {
  type: string[];
  condition: string[];
}

export interface Niche {
  fashion?: {
    gender: Gender | null;
    type: string | null;
    /** With the prefix of its scale: `r44`, `e38`, `h176`; letters stand alone. */
    sizes: string[];
    colors: { name: string; picture: string | null }[];
    feature: string | null;
  };
  child?: { gender: Gender | null; type: string | null; ageYears: Range };
  cosmetic?: {
    gender: Gender | null;
    hypoallergenic: boolean;
    periodic: boolean;
    professional: boolean;
    skin: (Body & { part: string[] }) | null;
    hair: Body | null;
    nail: { type: string | null; polishColors: string[] } | null;
    perfume: { family: string | null; aromas: string[] } | null;
  };
  fmcg?: { type: string | null; periodic: boolean; hypoallergenic: boolean };
  pets?: { type: string | null; breed: string | null; size: string | null; age: string | null; periodic: boolean };
  auto?: { compatibility: { brand: string; model: string | null }[]; vds: string[]; periodic: boolean };
  jewelry?: {
    gender: Gender | null;
    color: string | null;
    metal: string | null;
    gem: string | null;
    ringSizes: string[];
    braceletSizes: string[];
    chainSizes: string[];
  };
  book?: Partial<Record<'author' | 'publisher' | 'series' | 'editor' | 'illustrator' | 'isbn', string>> & {
    year: number | null;
  };
  pharmacy?: { ingredients: string[]; dosage: string | null; diseases: string[]; volumes: string[]; periodic: boolean };
  realty?: { action: string | null; type: string | null; space: Range & { final: number | null } };
  adult?: { gender: Gender | null; type: string | null; preferences: string[] };
  /** Its fields are not described: as the feed says them. */
  construction?: Record<string, string[]>;
}

const pets = ['dog', 'cat', 'bird', 'fish'];
const petSizes = ['small', 'medium', 'large'];
const petAges = ['young', 'middle', 'old'];
const goods = ['food', 'chemicals', 'hygiene', 'supplies', 'child'];
const clothes = ['shoe', 'shirt', 'tshirt', 'underwear', 'trouser', 'jacket', 'blazer', 'sock', 'belt', 'hat', 'glove'];
const toys = ['toy', 'education', 'nappy', 'furniture', 'school', 'transport'];
const skinParts = ['face', 'body', 'intim', 'hand', 'leg'];
const skinTypes = ['dry', 'normal', 'oily', 'comby'];
const skinConditions = ['dehydrated', 'sensitive', 'problem', 'fading'];
const mostValues = 50;

/** The sections that an offer has. `offer` may also be a book by its `type`, as YML had them before the extensions. */
export function nicheOf(offer: Fields): Niche {
  const niche: Niche = {};
  const type = offer.element.attributes['type'];
  if (!offer.isNested && type === undefined) return niche;
  for (const [name, read] of readers) {
    const section = offer.inside(name);
    if (section && section.element.children.length > 0) read(niche, section);
  }
  if (!niche.book && (type === 'book' || type === 'audiobook')) sections.book(niche, offer);
  return niche;
}

/** Whether a section says that the thing is bought again and again. */
export function isPeriodic({ fmcg, cosmetic, pets, auto, pharmacy }: Niche): boolean {
  return [fmcg, cosmetic, pets, auto, pharmacy].some((section) => section?.periodic === true);
}

const sections = {
  fashion(niche: Niche, said: Fields) {
    niche.fashion = {
      gender: genderOf(said),
      type: oneOf(said, ['type'], clothes),
      sizes: listed(said, 'sizes', 'size').map((size) => size.attributes['value']?.trim() ?? textOf(size)),
      colors: [...said.all(['color']), ...said.all(['colors'])].slice(0, mostValues).map((color) => {
        const inner = new Fields(color);
        return { name: inner.first(['color']) ?? color.text.trim(), picture: inner.first(['picture']) };
      }),
      feature: oneOf(said, ['feature'], ['pregnant', 'child', 'adult']),
    };
  },
  child(niche: Niche, said: Fields) {
    niche.child = { gender: genderOf(said), type: oneOf(said, ['type'], toys), ageYears: rangeOf(said.inside('age')) };
  },
  cosmetic(niche: Niche, said: Fields) {
    const body = (part: Fields) => ({ type: part.texts(['type']), condition: part.texts(['condition']) });
    const skin = said.inside('skin');
    const hair = said.inside('hair');
    const nail = said.inside('nail');
    const perfume = said.inside('perfume');
    niche.cosmetic = {
      gender: genderOf(said),
      hypoallergenic: isSaid(said, 'hypoallergenic'),
      periodic: isSaid(said, 'periodic'),
      professional: isSaid(said, 'professional'),
      skin: skin && {
        part: among(skin.texts(['part']), skinParts),
        type: among(skin.texts(['type']), skinTypes),
        condition: among(skin.texts(['condition']), skinConditions),
      },
      hair: hair && body(hair),
      nail: nail && { type: nail.first(['type']), polishColors: nail.texts(['polish_color']) },
      perfume: perfume && { family: perfume.first(['family']), aromas: perfume.texts(['aroma']) },
    };
  },
  fmcg(niche: Niche, said: Fields) {
    niche.fmcg = {
      type: oneOf(said, ['type'], goods),
      periodic: isSaid(said, 'periodic'),
      hypoallergenic: isSaid(said, 'hypoallergenic'),
    };
  },
  pets(niche: Niche, said: Fields) {
    niche.pets = {
      type: oneOf(said, ['pet_type', 'type'], pets),
      breed: said.first(['breed', 'pet_breed']),
      size: oneOf(said, ['pet_size', 'size'], petSizes),
      age: oneOf(said, ['pet_age', 'age'], petAges),
      periodic: isSaid(said, 'periodic'),
    };
  },
  auto(niche: Niche, said: Fields) {
    niche.auto = {
      compatibility: said
        .all(['compatibility'])
        .slice(0, mostValues)
        .flatMap((car) => {
          const inner = new Fields(car);
          const brand = inner.first(['brand']);
          return brand === null ? [] : [{ brand, model: inner.first(['model']) }];
        }),
      vds: listed(said, 'vds', 'vds').map(textOf),
      periodic: isSaid(said, 'periodic'),
    };
  },
  jewelry(niche: Niche, said: Fields) {
    const sizes = (of: string) => listed(said, `${of}_sizes`, `${of}_size`).map(textOf);
    niche.jewelry = {
      gender: genderOf(said),
      color: oneOf(said, ['jewelry_color', 'color'], ['white', 'red', 'yellow', 'black']),
      metal: oneOf(said, ['jewelry_metal', 'metal'], ['gold', 'silver', 'platinum']),
      gem: said.first(['jewelry_gem', 'gem']),
      ringSizes: sizes('ring'),
      braceletSizes: sizes('bracelet'),
      chainSizes: sizes('chain'),
    };
  },
  book(niche: Niche, said: Fields) {
    const year = numberOf(said.first(['year']));
    niche.book = { year: year !== null && Number.isInteger(year) && year > 1_700 && year < 2_200 ? year : null };
    for (const name of ['author', 'publisher', 'series', 'editor', 'illustrator', 'isbn'] as const) {
      const text = said.first([name]);
      if (text !== null) niche.book[name] = text.slice(0, 300);
    }
  },
  pharmacy(niche: Niche, said: Fields) {
    niche.pharmacy = {
      ingredients: said.texts(['ingredient']).slice(0, mostValues),
      dosage: said.first(['dosage']),
      diseases: listed(said, 'deceases', 'decease').map(textOf), // spelled so in the extension
      volumes: listed(said, 'volumes', 'volume').map(textOf),
      periodic: isSaid(said, 'periodic'),
    };
  },
  realty(niche: Niche, said: Fields) {
    const space = said.inside('space');
    niche.realty = {
      action: said.first(['action']),
      type: said.first(['type']),
      space: { ...rangeOf(space), final: numberOf(space?.first(['final']) ?? null) },
    };
  },
  adult(niche: Niche, said: Fields) {
    const preferences = listed(said, 'preferences', 'preference').map(textOf);
    niche.adult = { gender: genderOf(said), type: said.first(['type']), preferences };
  },
  construction(niche: Niche, said: Fields) {
    const fields: Record<string, string[]> = {};
    for (const one of said.element.children.slice(0, mostValues))
      if (textOf(one) !== '') fields[one.key] = [...(fields[one.key] ?? []), textOf(one)];
    niche.construction = fields;
  },
};

const readers = Object.entries(sections);

function among(said: readonly string[], values: readonly string[]): string[] {
  return said.map((one) => one.toLowerCase()).filter((one) => values.includes(one));
}

function genderOf(said: Fields): Gender | null {
  const gender = said.first(['gender'])?.toLowerCase();
  return gender === 'm' || gender === 'f' ? gender : null;
}

function oneOf(said: Fields, names: readonly string[], values: readonly string[]): string | null {
  const value = said.first(names)?.toLowerCase();
  return value !== undefined && values.includes(value) ? value : null;
}

function isSaid(said: Fields, name: string): boolean {
  return /^(1|true|yes)$/i.test(said.first([name]) ?? '');
}

/** `<sizes><size/><size/></sizes>`, or the same without the bracket, as JSON has it. */
function listed(said: Fields, list: string, entry: string): Element[] {
  const brackets = said.all([list]);
  const inner = brackets.flatMap((bracket) =>
    bracket.children.length > 0 ? new Fields(bracket).all([entry]) : [bracket],
  );
  return (list === entry ? inner : [...inner, ...said.all([entry])])
    .filter((one) => textOf(one) !== '' || one.attributes['value'])
    .slice(0, mostValues);
}

function textOf({ text }: Element): string {
  return text.trim().slice(0, 100);
}

function rangeOf(said: Fields | null): Range {
  return { min: numberOf(said?.first(['min']) ?? null), max: numberOf(said?.first(['max']) ?? null) };
}

/** A number that is no money: a year, a rating, a count. */
export function numberOf(text: string | null): number | null {
  if (text === null) return null;
  const number = Number(text.replace(',', '.').trim());
  return text.trim() !== '' && Number.isFinite(number) ? number : null;
}
