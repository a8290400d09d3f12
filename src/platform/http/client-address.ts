import { isIP, isIPv6 } from 'node:net';
import type { Request } from 'express';

// Some proxies write the port beside the address.
const WITH_PORT = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+)):\d+$/;
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const HEXTETS = 8;
const NETWORK_HEXTETS = 4;

/**
 * Who calls, for limits on those who show no token: an IPv4 address, or the /64 of an IPv6 address, since that is the least that anybody
 * is given. Express tells the address by TRUST_PROXY, so that X-Forwarded-For counts only where a trusted proxy has written it; what is
 * no address at all is one caller, whatever it says.
 */
export function clientAddress(req: Pick<Request, 'ip'>): string {
  const given = req.ip ?? '';
  const [, inBrackets, dotted] = WITH_PORT.exec(given) ?? [];
  const address = (inBrackets ?? dotted ?? given).replace(/%.*$/, '');
  const [, mapped] = MAPPED_IPV4.exec(address) ?? [];
  if (mapped !== undefined && isIP(mapped) > 0) return mapped;
  if (isIPv6(address)) return networkOf(address);
  return isIP(address) > 0 ? address : 'unknown';
}

/** `2001:db8::1` is in `2001:db8:0:0::/64`. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const first = hextets(head);
  const last = tail === undefined ? [] : hextets(tail);
  const zeros = new Array<string>(Math.max(HEXTETS - first.length - last.length, 0)).fill('0');
  return `${[...first, ...zeros, ...last].slice(0, NETWORK_HEXTETS).join(':')}::/64`;
}

function hextets(text: string): string[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => (part.includes('.') ? ['0', '0'] : [parseInt(part, 16).toString(16)]));
}
