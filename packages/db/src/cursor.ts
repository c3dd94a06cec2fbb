// A place in a list: the sort value and the id of the last row shown. Opaque outside; a broken one begins at the start.

export interface Place {
  value: string | number;
  id: string;
}

function cursorOf(place: Place): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(JSON.stringify([place.value, place.id]))));
}

export function placeOf(cursor: string | undefined): Place | null {
  if (!cursor) return null;
  try {
    const bytes = Uint8Array.from(atob(cursor), (sign) => sign.codePointAt(0) ?? 0);
    const [value, id] = JSON.parse(new TextDecoder().decode(bytes)) as unknown[];
    if ((typeof value !== 'string' && typeof value !== 'number') || typeof id !== 'string') return null;
    return { value, id };
  } catch {
    return null; // somebody edited the address: the list begins anew
  }
}

/** One row more than asked tells whether there is a next page. */
export function pageFrom<Row>(
  rows: Row[],
  limit: number,
  placeOfRow: (row: Row) => Place,
): { rows: Row[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? cursorOf(placeOfRow(last)) : null };
}
