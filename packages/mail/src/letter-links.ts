// The links of one letter, as rendering asks for them.
import { signClick, signOpen } from './click-token.ts';

/** How the links of one letter are written. */
export interface LetterLinks {
  /** The address behind our redirect; what is no address of the web, or is ours already, as it is. */
  to(url: string, number: number): string;
  /** The picture that tells that the letter was opened; null: nobody wants to know. */
  opened: string | null;
  /** A link that no reader sees: who follows it is a machine; null: nobody wants to know. */
  trap: string | null;
}

export interface LetterLinksInput {
  /** Secrets that sign, as the setting has them. */
  secrets: string;
  publicUrl: string;
  shop: string;
  letter: string;
  scenario: string;
  shopUrl: string;
  expiresAt: number;
  countsOpens: boolean;
}

const alsoLeads = /^(mailto|tel|sms):/i;

/** Where letters are looked at, not sent: each address leads where it says, as long as that is somewhere. */
export const plainLinks: LetterLinks = {
  to: (url) => (isOfTheWeb(url) ? url.trim() : elsewhere(url)),
  opened: null,
  trap: null,
};

function isOfTheWeb(url: string): boolean {
  return /^https?:\/\//i.test(url.trim());
}

function elsewhere(url: string): string {
  const address = url.trim();
  return alsoLeads.test(address) || address.startsWith('#') ? address : '#';
}

/** `number` in {@link LetterLinks.to} tells the places of a letter apart, though two may lead to one address. */
export function letterLinks(of: LetterLinksInput): LetterLinks {
  const { secrets, shop, letter, scenario, expiresAt } = of;
  const base = of.publicUrl.replace(/\/$/, '');
  const clickTo = (url: string, number: number) =>
    `${base}/c/${signClick(secrets, { shop, letter, scenario, number, url, expiresAt })}`;
  return {
    to: (url, number) => {
      const address = url.trim();
      if (!isOfTheWeb(address)) return elsewhere(address);
      return address.startsWith(`${base}/`) ? address : clickTo(address, number);
    },
    opened: of.countsOpens ? `${base}/o/${signOpen(secrets, { shop, letter, expiresAt })}.gif` : null,
    trap: clickTo(of.shopUrl, 0),
  };
}
