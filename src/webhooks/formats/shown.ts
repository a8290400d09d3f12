/**
 * Reading what events show. The log keeps what was presented years ago, so nothing is taken for granted: what is missing reads as
 * empty, and no old event can stop a delivery.
 */
export type Shown = Record<string, unknown>;

export function isShown(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under the last of these keys, each inside the one before. */
export function objectIn(value: unknown, ...keys: string[]): Shown {
  let found = isShown(value) ? value : {};
  for (const key of keys) {
    const inner = found[key];
    found = isShown(inner) ? inner : {};
  }
  return found;
}

/** A text or a number, such as an id, as text. */
export function textIn(value: unknown, key: string): string {
  const found = isShown(value) ? value[key] : undefined;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

export function listIn(value: unknown, key: string): unknown[] {
  const found: unknown = isShown(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}
