import { validateHeaderName, validateHeaderValue } from 'node:http';
import { OutboundFailure } from './outbound-failure.js';

/** They steer the connection, or say where a request goes: another host would stand behind the back of the guard. */
const OURS = new Set([
  ...['host', 'connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'content-length'],
  ...['expect', 'te', 'trailer', 'upgrade', 'accept-encoding'],
]);

const DEFAULTS = { 'user-agent': 'Polydesk', accept: '*/*' };

/** The headers as they are sent, in lower case; throws `OutboundFailure` for those that cannot be, or must not. */
export function outgoingHeaders(given: Record<string, string> = {}): Record<string, string> {
  const headers: Record<string, string> = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (OURS.has(lower)) throw new OutboundFailure('refused', `The header ${lower} cannot be set`);
    checkHeader(name, value);
    headers[lower] = value;
  }
  return { ...headers, 'accept-encoding': 'identity' };
}

/** The value stays unsaid: it may be a secret. */
function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
  } catch {
    throw new OutboundFailure('refused', `${JSON.stringify(name.slice(0, 100))} is not the name of a header`);
  }
  try {
    validateHeaderValue(name, value);
  } catch {
    throw new OutboundFailure('refused', `The header ${name} holds characters that a header cannot hold`);
  }
}
