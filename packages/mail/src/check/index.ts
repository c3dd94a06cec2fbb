// The check before a template is saved, published or sent: what is wrong with it, where, and how to mend it.
import type { TemplateDocument, TemplateLanguage, TemplateProblem, TemplateUse } from '@winback/domain';
import { TemplateError } from '../liquid.ts';
import type { CompiledTemplate, ConfirmationData, LetterData, RenderedLetter } from '../render.ts';
import { renderLetter } from '../render.ts';
import { compileTemplate } from '../template/compile.ts';
import type { Brand } from '../template/look.ts';
import { checkBlocks, piecesOf } from './blocks.ts';
import { checkHtml } from './html.ts';
import { checkLetter } from './letter.ts';
import type { Piece } from './liquid.ts';
import { checkLiquid } from './liquid.ts';
import type { Place } from './problem.ts';
import { placeIn, stop, wholeLetter } from './problem.ts';

export interface CheckedTemplate {
  problems: TemplateProblem[];
  /** Null: it cannot be compiled, or not rendered. */
  compiled: CompiledTemplate | null;
  letter: RenderedLetter | null;
}

interface ToCheck {
  use: TemplateUse;
  language: TemplateLanguage;
  document: TemplateDocument;
  /** As they will be sent. */
  subject: string;
  preheader: string;
  brand: Brand;
  /** Somebody's letter: a sample or a real person's. */
  data: LetterData | ConfirmationData;
}

/** Checks a template with one letter of it. */
export async function checkTemplate(input: ToCheck): Promise<CheckedTemplate> {
  const { document, use, brand, subject, preheader, data } = input;
  const problems = [
    ...checkLiquid(
      [...(document.mode === 'standard' ? piecesOf(document) : [sourcePiece(document.source)]), ...covers(input)],
      use,
    ),
    ...(document.mode === 'standard' ? checkBlocks(document, use, brand) : checkSource(document.source)),
  ];
  if (problems.some(({ code }) => code === 'liquid')) return { problems, compiled: null, letter: null };
  try {
    const compiled = await compileTemplate(document, brand);
    const letter = renderLetter({ template: compiled, subject, preheader, data });
    const wayOut = 'items' in data ? data.unsubscribeUrl : data.confirmUrl;
    const given = { wayOut, address: data.shop.postalAddress };
    return { problems: [...problems, ...checkLetter({ use, letter, given })], compiled, letter };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { problems: [...problems, problemOf(error, document)], compiled: null, letter: null };
  }
}

function sourcePiece(source: string): Piece {
  return { source, at: (line, column) => ({ in: 'source', line, column }) };
}

function covers({ subject, preheader }: ToCheck): Piece[] {
  return [
    { source: subject, at: () => ({ in: 'subject' }) },
    { source: preheader, at: () => ({ in: 'preheader' }) },
  ];
}

function checkSource(source: string): TemplateProblem[] {
  return checkHtml({
    html: source,
    grounds: { light: '#ffffff', dark: '#121518' },
    at: (index) => placeIn(source, index),
  });
}

function problemOf({ message, line, column, isLimit }: TemplateError, document: TemplateDocument): TemplateProblem {
  const isSource = document.mode === 'advanced' && line !== null;
  const at: Place = isSource ? { in: 'source', line, column: column ?? 1 } : wholeLetter;
  if (isLimit) return stop('limit', `the template asks for too much: ${message}`, at);
  return stop(document.mode === 'advanced' && document.language === 'mjml' ? 'mjml' : 'document', message, at);
}
