// What the Worker puts in front of the script: the shop's public settings, so that no second request is needed.

/** One form of the shop's own whose address is heard. */
interface CapturedForm {
  /** CSS selector of the form. */
  form: string;
  /** CSS selector of the checkbox in it that means "write to me". */
  consentBox: string | null;
  source: string;
}

/** Written by `workers/ingest/tracker.ts`; a field more here is a field more there. */
export interface ShopConfig {
  shop: string;
  /** Where events go when the script cannot tell where it came from. */
  at: string;
  consent: string;
  honourGpc: boolean;
  cookie: 'server' | 'none';
  sessionIdleMs: number;
  capture: { anyField: boolean; forms: CapturedForm[] };
  /** What must hold for the subscription form to be worth loading; null: there is none. */
  form: { inline: boolean; paths: string[]; onPhones: boolean } | null;
}

declare global {
  /** A constant in the same scope as the built script, never a property of the page's window. */
  const WB: ShopConfig;
  interface Document {
    prerendering?: boolean;
  }
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
}
