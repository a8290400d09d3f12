import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { isIP } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import { ENV, type Env } from '../../config/env.js';
import { Unavailable } from '../errors/app-errors.js';
import { AddressPolicy } from './address-policy.js';
import { isDecoded, readBody, type BodyLimit } from './answer-body.js';
import { Connections } from './connections.js';
import { guardedConnector, portOf, type AddressLookup } from './guarded-connector.js';
import { failureOf, OutboundFailure } from './outbound-failure.js';
import { outgoingHeaders } from './outgoing-headers.js';

export interface OutboundRequest {
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The wall clock of the whole exchange: name, connection, request and answer. 15 seconds unless given. */
  timeoutMs?: number;
  /** The most bytes of the answer's body that are kept, counted after decompression. 16 KiB unless given. */
  maxBytes?: number;
  /** What is done with a longer body: `cut` (the default) keeps its head, and is content with what has come a second after the status. */
  beyond?: BodyLimit['beyond'];
  /** Gives the exchange up, with `Unavailable` unless there is a status already that a cut answer can show. */
  signal?: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  /** Names in lower case; of a compressed body that was unpacked, without its encoding and length. */
  headers: Record<string, string>;
  body: Buffer;
  /** Whether the body is not whole. */
  isCut: boolean;
}

/** The injection token of how names are looked up. */
export const ADDRESS_LOOKUP = Symbol('ADDRESS_LOOKUP');

const TIMEOUT_MS = 15_000;
const MAX_BYTES = 16 * 1024;
// With the queues, which close at the same time, it must fit into the 10 s of a stop.
const CLOSE_MS = 2_500;

/**
 * The one HTTP client for addresses that customers set. It calls public addresses and those of WEBHOOK_ALLOWED_CIDRS, nothing else: it
 * follows no redirect, asks no proxy, and keeps only so much of an answer and waits only so long as it was told.
 */
@Injectable()
export class OutboundHttp implements OnApplicationShutdown {
  private readonly policy: AddressPolicy;
  private readonly connections: Connections;
  private readonly underWay = new Map<AbortController, Promise<unknown>>();
  private isStopping = false;

  constructor(@Inject(ENV) env: Pick<Env, 'WEBHOOK_ALLOWED_CIDRS'>, @Inject(ADDRESS_LOOKUP) lookUp: AddressLookup) {
    this.policy = new AddressPolicy(env.WEBHOOK_ALLOWED_CIDRS);
    this.connections = new Connections((signal) => guardedConnector(this.policy, lookUp, signal));
  }

  /**
   * Checks what can be known of a URL without the network: scheme, credentials, port, a literal address. Answers what is wrong with it in
   * the words of a field's error, or null; a name that passes may still be refused when it is called.
   */
  refusalOf(url: string): string | null {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
      return 'must be a URL that begins with http:// or https://';
    }
    if (parsed.username !== '' || parsed.password !== '') return 'must not hold a user name or a password';
    const host = parsed.hostname.replace(/^\[|\]$/g, '');
    const port = portOf(parsed);
    const refusal = isIP(host) > 0 ? this.policy.refusalOf(host, port) : this.policy.refusalOfPort(port);
    return refusal === null ? null : `must not lead to ${refusal}`;
  }

  /**
   * Answers any status that the other side has sent, 3xx and 5xx included. Throws `OutboundFailure` when there is none in time, or the
   * address or the request must not be used; throws `Unavailable`, which says nothing of the other side, when the desk is stopping.
   */
  async send(request: OutboundRequest): Promise<OutboundAnswer> {
    const { url, timeoutMs = TIMEOUT_MS, signal } = request;
    if (this.isStopping || signal?.aborted) throw stopping();
    const refusal = this.refusalOf(url);
    if (refusal !== null) throw new OutboundFailure('refused', `The URL ${refusal}`);
    const end = new AbortController();
    const alarm = setTimeout(() => end.abort(late(timeoutMs)), timeoutMs);
    const giveUp = () => end.abort(stopping());
    signal?.addEventListener('abort', giveUp);
    const exchange = this.exchange(request, end.signal);
    this.underWay.set(end, exchange);
    try {
      return await exchange;
    } catch (error) {
      const cause: unknown = end.signal.aborted ? end.signal.reason : error;
      throw cause instanceof Unavailable ? cause : failureOf(cause);
    } finally {
      clearTimeout(alarm);
      signal?.removeEventListener('abort', giveUp);
      this.underWay.delete(end);
    }
  }

  /** Lets the exchanges end that are under way, up to a deadline. */
  async onApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    const deadline = setTimeout(() => {
      for (const end of this.underWay.keys()) end.abort(stopping());
    }, CLOSE_MS);
    await Promise.allSettled(this.underWay.values());
    clearTimeout(deadline);
    this.connections.closeIdle();
  }

  private async exchange(request: OutboundRequest, signal: AbortSignal): Promise<OutboundAnswer> {
    const { url, method = 'GET', body, maxBytes = MAX_BYTES, beyond = 'cut' } = request;
    const { origin, pathname, search } = new URL(url);
    const options = { path: pathname + search, method, headers: outgoingHeaders(request.headers), body };
    return this.connections.use(origin, signal, async (client: Client) => {
      const answer = await client.request(options);
      const encoding = String(answer.headers['content-encoding'] ?? '');
      const { bytes, isCut } = await readBody(answer.body, encoding, { maxBytes, beyond });
      return { status: answer.statusCode, headers: plainHeaders(answer.headers, isDecoded(encoding)), body: bytes, isCut };
    });
  }
}

function late(timeoutMs: number): OutboundFailure {
  const seconds = timeoutMs / 1000;
  return new OutboundFailure('timeout', `There was no answer within ${seconds} second${seconds === 1 ? '' : 's'}`);
}

function stopping(): Unavailable {
  return new Unavailable('The desk is stopping');
}

function plainHeaders(headers: Dispatcher.ResponseData['headers'], isUnpacked: boolean): Record<string, string> {
  const omitted = new Set(isUnpacked ? ['content-encoding', 'content-length'] : []);
  const named = Object.entries(headers).filter(([name, value]) => value !== undefined && !omitted.has(name));
  return Object.fromEntries(named.map(([name, value]) => [name, [value].flat().join(', ')]));
}
