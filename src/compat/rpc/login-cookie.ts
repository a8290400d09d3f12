import type { RpcRequest } from './dialect.js';

const NAME = 'sb-login';

/** The login value of the active user: the cookie, or the argument of its name (rpc-conventions.md section 3); null when none is given. */
export function loginValueOf(req: RpcRequest): string | null {
  const body = req.body as Record<string, unknown> | undefined;
  const given = body?.[NAME] ?? body?.[NAME.replace('-', '_')] ?? inCookie(req.headers.cookie ?? '');
  return typeof given === 'string' && given.trim() !== '' ? given.trim() : null;
}

function inCookie(header: string): string | undefined {
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
}
