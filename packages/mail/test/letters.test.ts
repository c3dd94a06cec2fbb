// Every letter that we write ourselves, as mail programs and filters meet it: in Chromium in the light and in the dark, before axe, and
// before SpamAssassin without the net.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TemplateLanguage, TemplateUse } from '@winback/domain';
import { digestCovers, templateLanguages, templateUses, usualScenario } from '@winback/domain';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RenderedLetter } from '../src/index.ts';
import { bytesOf, letterMessage } from '../src/index.ts';
import { builtInDocument, checkTemplate, templateDesigns } from '../src/template/index.ts';
import { brand, letterOf, sampleData } from './sample.ts';

interface Written {
  name: string;
  use: TemplateUse;
  language: TemplateLanguage;
  letter: RenderedLetter;
}

const all: Written[] = [];
const coverOf = (use: TemplateUse, language: TemplateLanguage) =>
  use === 'digest' ? digestCovers[language] : usualScenario(use, language);

beforeAll(async () => {
  for (const { id } of templateDesigns())
    for (const use of templateUses)
      for (const language of templateLanguages) {
        const letter = await letterOf(id, { use, language, ...coverOf(use, language) });
        all.push({ name: `${id} ${use} ${language}`, use, language, letter });
      }
}, 60_000);

/** Ours for every use, and of each other design the letter with most in it. */
const shown = () =>
  all.filter(
    ({ name, use, language }) => name.startsWith('classic ') || (language === 'en' && use === 'recently_purchased'),
  );

describe('every letter of every design', () => {
  it('is far below the size at which Gmail cuts', () => {
    const large = all.filter(({ letter }) => bytesOf(letter.html) >= 60 * 1024).map(({ name }) => name);
    expect(large).toEqual([]);
    expect(all.length).toBe(templateDesigns().length * templateUses.length * 2);
  });

  it('has words for each picture, and a text part with a way out and an address', () => {
    for (const { name, use, letter } of all) {
      const pictures = letter.html.match(/<img\b[^>]*>/g) ?? [];
      expect({ name, without: pictures.filter((tag) => !/\salt="[^"]+"/.test(tag)) }).toEqual({ name, without: [] });
      expect(letter.text).toContain('Weg 1, 10115 Berlin');
      expect(letter.text).toContain(use === 'double_opt_in' ? 'https://w.example/confirm/t' : 'https://w.example/u/t');
      expect(letter.html).not.toMatch(/\{\{|\{%|undefined|\[object/);
      expect(letter.text).not.toMatch(/\{\{|\{%|undefined|\[object/);
    }
  });

  it('opens and closes what only Outlook reads, and names its language', () => {
    for (const { name, language, letter } of all) {
      const open = letter.html.match(/<!--\[if [^\]]*\]>/g)?.length ?? 0;
      const close = letter.html.match(/<!\[endif\]-->/g)?.length ?? 0;
      expect({ name, open: open > 0, close }).toEqual({ name, open: true, close: open });
      expect(letter.html).toContain(`lang="${language}"`);
      const parts = letter.html.replace(/<!--\[if !mso[^\]]*\]>(?:<!-->)?|<!--<!\[endif\]-->/g, '');
      expect({ name, depth: depthOf(parts) }).toEqual({ name, depth: 0 });
    }
  });

  it('has nothing that the check before sending would mention', async () => {
    for (const use of templateUses)
      for (const language of templateLanguages) {
        const document = builtInDocument(use, language);
        const { problems } = await checkTemplate({
          use,
          language,
          document,
          brand,
          ...coverOf(use, language),
          data: sampleData(use, language),
        });
        const mentioned = problems.filter(({ code }) => code !== 'subject-long');
        expect({ use, language, mentioned }).toEqual({ use, language, mentioned: [] });
      }
  });
});

/** How many tables are open at the end, with Outlook's own counted in. */
function depthOf(html: string): number {
  return (html.match(/<table\b/g)?.length ?? 0) - (html.match(/<\/table>/g)?.length ?? 0);
}

describe('in a browser', () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  let browser: Browser;
  beforeAll(async () => {
    const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  }, 60_000);
  afterAll(() => browser.close());

  async function complaintsOf(page: Page): Promise<string[]> {
    // A letter is no page: nobody asks it for landmarks.
    const off = Object.fromEntries(
      ['region', 'landmark-one-main', 'page-has-heading-one'].map((id) => [id, { enabled: false }]),
    );
    await page.evaluate(axe);
    const found = await page.evaluate<{ id: string; nodes: { html: string; failureSummary: string }[] }[]>(
      `axe.run(document, { rules: ${JSON.stringify(off)} }).then((result) => result.violations)`,
    );
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    const words = found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
    return wide > 0 ? [...words, `${wide} px too wide`] : words;
  }

  it.each(['light', 'dark'] as const)(
    'reads well in the %s, on a phone too',
    { timeout: 120_000 },
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 375, height: 812 } });
      const picture =
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><rect width="300" height="300" fill="#888"/></svg>';
      await page.route('**/*', (route) => route.fulfill({ contentType: 'image/svg+xml', body: picture }));
      for (const { name, letter } of shown()) {
        await page.setContent(letter.html, { waitUntil: 'load' });
        expect({ name, complaints: await complaintsOf(page) }).toEqual({ name, complaints: [] });
      }
      await page.close();
    },
  );
});

it('is no spam to SpamAssassin', { timeout: 120_000 }, async () => {
  const mails = await Promise.all(shown().map(mailOf));
  const mbox = mails
    .map((mail) => `From a@b.example Mon Nov 23 14:05:00 2026\n${mail.replace(/^From /gm, '>From ')}\n\n`)
    .join('');
  const binary = process.env['SPAMASSASSIN_PATH'] ?? '/usr/bin/spamassassin';
  const out = execFileSync(binary, ['--mbox', '-L', '-t', '--nocreate-prefs'], {
    input: mbox,
    maxBuffer: 100_000_000,
    encoding: 'utf8',
  });
  const scores = [...out.matchAll(/^X-Spam-Status: \w+, score=(-?[\d.]+)[\s\S]*?tests=([\s\S]*?)\s+autolearn/gm)];
  expect(scores).toHaveLength(mails.length);
  const spam = scores.flatMap(([, score, tests], at) =>
    Number(score) < 2 ? [] : [`${shown()[at]?.name}: ${score} ${tests}`],
  );
  expect(spam).toEqual([]);
});

async function mailOf({ use, letter }: Written): Promise<string> {
  const { messageId, from, to, subject, html, text, headers } = letterMessage({
    ...{ letter: 'l1', shop: 'demo', scenario: use, subject: letter.subject, html: letter.html, text: letter.text },
    sender: { name: 'Fjell & Fern', address: 'letters@shop.example' },
    to: { name: 'Ann', address: 'ann@mail.example' },
    unsubscribeUrl: use === 'double_opt_in' ? null : 'https://w.example/u/t',
  });
  const recipient = { name: to.name ?? '', address: to.address };
  const composer = new MailComposer({ messageId, from, to: recipient, subject, html, text, headers });
  return (await composer.compile().build()).toString('utf8').replaceAll('\r\n', '\n');
}
