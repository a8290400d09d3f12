/** A login by id and the person's own token, with what else of the call counts. */
export interface OwnLogin {
  function: 'login';
  user_id: number;
  token: string;
  envelope: unknown;
}

/** The login that the body asks for, if it may be one without an admin's token; `given` are the values of `token`. */
export function ownLoginIn(body: unknown, given: readonly string[]): OwnLogin | null {
  const fields = (body ?? {}) as Record<string, unknown>;
  if (textOf(fields['function']) !== 'login') return null;
  const userId = textOf(fields['user_id'] ?? fields['user-id']);
  const token = textOf(fields['user_token'] ?? fields['user-token']) || textOf(given[0]);
  if (!/^\d{1,15}$/.test(userId) || token === '') return null;
  return { function: 'login', user_id: Number(userId), token, envelope: fields['envelope'] };
}

const textOf = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '');
