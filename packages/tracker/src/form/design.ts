// What the Worker puts in front of the form's script: the merchant's design and conditions.

/** As `subscriptionFormSchema` of the domain has it. */
export interface Design {
  kind: 'popup' | 'inline';
  opens: { afterSeconds: number | null; onPage: number | null; onExit: boolean };
  paths: string[];
  onPhones: boolean;
  place: 'centre' | 'corner';
  title: string;
  text: string;
  button: string;
  agreement: string;
  thanks: string;
}

export interface FormConfig {
  language: 'en' | 'ru';
  /** The shop's colour, as #1a6b7c. */
  color: string;
  form: Design;
  /** A letter asks whoever subscribes to confirm it. */
  mustConfirm: boolean;
  /** Only in the dashboard's preview: who may change the design by a message. Null: a storefront. */
  designers: string[] | null;
}

declare global {
  /** A constant in the same scope as the built script, never a property of the page's window. */
  const WF: FormConfig;
}

/** The words that merchants do not write. */
export const words = {
  en: {
    email: 'E-mail',
    close: 'Close',
    address: 'Write your address as name@home.example.',
    agree: 'Tick this box, so that we may write to you.',
    inbox: 'Check your inbox: a letter is on its way and asks you to confirm.',
  },
  ru: {
    email: 'Электронная почта',
    close: 'Закрыть',
    address: 'Напишите адрес так: name@home.example.',
    agree: 'Отметьте это поле, чтобы мы могли вам писать.',
    inbox: 'Загляните в почту: мы отправили письмо и просим в нём подтвердить подписку.',
  },
} as const;

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever reads better on this colour: at least 4.58 to 1 on any (WCAG 2.2, 1.4.3). */
export function inkOn(color: string): string {
  return luminance(color) > 0.179 ? '#000' : '#fff';
}
