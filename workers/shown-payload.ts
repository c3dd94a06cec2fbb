// What of an event may be shown to the merchant: short, and without what names a person.

const longest = 1_200;
const naming = new Set(['email', 'phone', 'name', 'first_name', 'last_name', 'address', 'delivery_address', 'comment']);

/** An event as JSON: values that name somebody are blanked, and so is every address in a text. */
export function shownPayload(event: unknown): string {
  const custom = typeof event === 'object' && event !== null && Reflect.get(event, 'type') === 'custom';
  const text = JSON.stringify(event, function blank(key, value: unknown) {
    if (!naming.has(key) || typeof value !== 'string') return value;
    if (key === 'name' && custom && this === event) return value; // what the event is called
    return key === 'email' ? '…@…' : '…';
  });
  const shown = withoutAddresses(text);
  return shown.length <= longest ? shown : `${shown.slice(0, longest)}…`;
}

/** A text with every e-mail address blanked. */
export function withoutAddresses(text: string): string {
  return text.replace(/[^\s"'<>:,;]{1,64}@[^\s"'<>:,;]{1,255}/g, '…@…');
}
