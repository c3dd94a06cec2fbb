// Storage that may be blocked, full or wiped: what it does not take, this page's memory keeps.

/** Texts by name. Names are of this shop: two shops of one domain do not meet. */
export interface Keep {
  get(name: string): string | undefined;
  /** True: it will still be there on the next page. */
  put(name: string, value: string): boolean;
  drop(name: string): void;
  /** The names that begin with `start`, sorted. */
  names(start: string): string[];
}

function keepIn(open: () => Record<string, string>): Keep {
  const prefix = `winback.${WB.shop}.`;
  const memory: Record<string, string> = {};
  let box = memory;
  try {
    box = open();
  } catch {
    // blocked: memory it is
  }
  return {
    get: (name) => box[prefix + name] ?? memory[prefix + name],
    put(name, value) {
      try {
        box[prefix + name] = value;
        return box !== memory;
      } catch {
        delete box[prefix + name]; // full: what it has is old
        memory[prefix + name] = value;
        return false;
      }
    },
    drop(name) {
      delete memory[prefix + name];
      delete box[prefix + name];
    },
    names: (start) =>
      Object.keys({ ...memory, ...box })
        .filter((key) => key.startsWith(prefix + start))
        .map((key) => key.slice(prefix.length))
        .sort(),
  };
}

/** Kept until the browser forgets it. */
export const kept = keepIn(() => localStorage);
/** Kept while this tab is open. */
export const inTab = keepIn(() => sessionStorage);

/** Cookies as text; none in a sandboxed frame, where asking throws. */
export function cookie(name: string): string | undefined {
  try {
    return document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1];
  } catch {
    return;
  }
}

/** Sets a cookie for 400 days, the longest that browsers keep one; an empty value removes it. */
export function putCookie(name: string, value: string): void {
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser
    document.cookie = `${name}=${value};path=/;max-age=${value ? 34_560_000 : 0};SameSite=Lax`;
  } catch {
    // a sandboxed frame: there are no cookies
  }
}
