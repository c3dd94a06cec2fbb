/** An expected outcome with its evidence. Bugs throw; refusals are values. */
export type Result<T, Refusal> = { ok: true; value: T } | { ok: false; because: Refusal };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function refuse<Refusal>(because: Refusal): { ok: false; because: Refusal } {
  return { ok: false, because };
}
