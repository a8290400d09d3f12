import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, isIPv6, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { failureOf, OutboundFailure } from './outbound-failure.js';

/** All addresses of a host name; rejects when there is none. */
export type AddressLookup = (host: string) => Promise<string[]>;

export const lookUpBySystem: AddressLookup = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => address);

// What our resolver knows of inner names is nobody's business.
const UNSAID = 'an address';
const CONNECT_MS = 10_000;
// Longer than node's 250 ms: a connection to the other side of the world, with TLS still to come, must not count as dead.
const NEXT_ADDRESS_MS = 1_000;

/** A URL leaves out the port that its scheme has by itself. */
export function portOf({ protocol, port }: { protocol: string; port: string }): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/**
 * Dials for undici. A name is looked up once for each connection, all its addresses are judged, and the very addresses that were judged
 * are dialled, so a resolver that changes its mind in between has nothing to win. `signal` ends the connection, also while it is being made.
 */
export function guardedConnector(policy: AddressPolicy, lookUp: AddressLookup, signal: AbortSignal): buildConnector.connector {
  return (options, callback) => {
    const port = portOf(options);
    // Node asks no resolver about a literal address, so the guarded look-up would never see it.
    const refusal = isIP(options.hostname) > 0 ? policy.refusalOf(options.hostname, port) : null;
    if (refusal !== null) {
      callback(new OutboundFailure('refused', `The URL leads to ${refusal}`), null);
      return;
    }
    const dial = buildConnector({
      lookup: guardedLookup(policy, lookUp, port),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
      timeout: CONNECT_MS,
      signal,
      rejectUnauthorized: true,
      // A resumed session is not checked against the name again.
      maxCachedSessions: 0,
    });
    dial({ ...options, servername: serverName(options.hostname) }, callback);
  };
}

/** For TLS; without the dot that a name may end with, which certificates do not have. */
function serverName(host: string): string | undefined {
  return isIP(host) > 0 ? undefined : host.replace(/\.$/, '');
}

function guardedLookup(policy: AddressPolicy, lookUp: AddressLookup, port: number): LookupFunction {
  return (host, { all }, callback) => {
    checkedAddresses(policy, lookUp, host, port).then(
      (addresses) => {
        const [first] = addresses;
        if (all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(failureOf(error), '', 0),
    );
  };
}

interface Dialled {
  address: string;
  family: number;
}

/**
 * The addresses of a name, each of which may be dialled. One that is forbidden spoils all: an honest name has none. Throws `OutboundFailure`.
 */
export async function checkedAddresses(
  policy: AddressPolicy,
  lookUp: AddressLookup,
  host: string,
  port: number,
): Promise<[Dialled, ...Dialled[]]> {
  const found = await lookUp(host).catch((error: unknown) => {
    throw unresolved(host, error);
  });
  const [first, ...others] = found.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  if (first === undefined) throw unresolved(host);
  for (const { address } of [first, ...others]) {
    const refusal = policy.refusalOf(address, port, UNSAID);
    if (refusal !== null) throw new OutboundFailure('refused', `The name ${host} leads to ${refusal}`);
  }
  return [first, ...others];
}

function unresolved(host: string, cause?: unknown): OutboundFailure {
  return new OutboundFailure('failed', `The name ${host} could not be resolved`, { cause });
}
