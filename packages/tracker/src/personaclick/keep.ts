// What this client remembers between pages: in storage and in cookies that shops' servers read, or in this page alone where
// neither may be used.

const memory: Record<string, string> = {};
let cookies: 'allowed' | 'never' = 'allowed';

/** From now on nothing is kept in cookies. */
export function withoutCookies(): void {
  cookies = 'never';
}

export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(name) ?? memory[name];
  } catch {
    return memory[name];
  }
}

export function keep(name: string, value: string): void {
  memory[name] = value;
  try {
    localStorage.setItem(name, value);
  } catch {
    // blocked or full: this page has it
  }
}

export function forget(name: string): void {
  delete memory[name];
  try {
    localStorage.removeItem(name);
  } catch {
    // blocked: there is nothing to remove
  }
}

export function keptNames(start: string): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(start));
  } catch {
    return Object.keys(memory).filter((name) => name.startsWith(start));
  }
}

export function cookie(name: string): string | undefined {
  try {
    const found = new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)?.[1];
    return found === undefined ? undefined : decodeURIComponent(found);
  } catch {
    return; // a sandboxed frame, or a value that is no text
  }
}

/** Zero seconds removes it. */
export function putCookie(name: string, value: string, seconds: number): void {
  if (cookies === 'never') return;
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser
    document.cookie = `${name}=${encodeURIComponent(value)};path=/;max-age=${seconds};SameSite=Lax`;
  } catch {
    // a sandboxed frame: there are no cookies
  }
}
