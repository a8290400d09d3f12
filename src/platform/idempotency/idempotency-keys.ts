import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ENV, type Env } from '../../config/env.js';
import { Seal } from '../crypto/seal.js';
import { Database, prepared } from '../database/database.js';
import { Conflict, KeyReused } from '../errors/app-errors.js';

/** A request under the key of its client. */
export interface KeyedRequest {
  companyId: number;
  holder: string;
  route: string;
  key: string;
  fingerprint: Buffer;
}

export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  /** Null for an answer without one. */
  body: string | null;
}

/** The key is being used at this moment, or has been used a moment ago. */
export class KeyTaken extends Error {}

export const KEY_HOURS = 24;

const IS_THIS = 'company_id = $1 and holder = $2 and route = $3 and key = $4';
const IS_FRESH = `created_at > now() - interval '${KEY_HOURS} hours'`;

const FIND = `select fingerprint, status, answer from idempotency_keys where ${IS_THIS} and ${IS_FRESH}`;

// A key that is past its time is taken over as if it were new.
const TAKE_OVER = `on conflict (company_id, holder, route, key) do update
  set fingerprint = excluded.fingerprint, status = excluded.status, answer = excluded.answer, created_at = excluded.created_at
  where not k.${IS_FRESH}`;

// The lock lasts as long as the transaction. It is there because the unique key alone would make a second request wait for the first.
const CLAIM = `insert into idempotency_keys as k (company_id, holder, route, key, fingerprint)
  select $1::bigint, $2::text, $3::text, $4::text, $5::bytea
  where pg_try_advisory_xact_lock(hashtextextended($2 || ' ' || $3 || ' ' || $4, $1)) ${TAKE_OVER} returning 1`;

const KEEP = `update idempotency_keys set status = $5, answer = $6 where ${IS_THIS}`;

const KEEP_ALONE = `insert into idempotency_keys as k (company_id, holder, route, key, fingerprint, status, answer)
  values ($1, $2, $3, $4, $5, $6, $7) ${TAKE_OVER}`;

interface KeyRow {
  fingerprint: Buffer;
  status: number | null;
  answer: Buffer | null;
}

/**
 * The keys that clients give to requests so that repeating one is harmless. A key is claimed as the first statement of the transaction
 * that makes the change: there is never a change without its key nor a key without its change, whatever dies in between, and a claim
 * that was not committed ends with its connection, so that nothing has to time out. What two parallel requests with one key do before
 * they open a transaction, both may do; only one changes anything. Answers are sealed, since some hold secrets that are told only once.
 */
@Injectable()
export class IdempotencyKeys {
  private readonly seal: Seal;

  constructor(
    @Inject(ENV) { APP_SECRET: secret = '' }: Env,
    private readonly db: Database,
  ) {
    this.seal = new Seal(secret, 'idempotency answers');
  }

  /**
   * The answer that was given under this key; null when there was none. Throws `KeyReused` when that was to another request, and
   * `Conflict` when the change was made but its answer is not known.
   */
  async find(request: KeyedRequest): Promise<KeptAnswer | null> {
    const [row] = await this.db.prepared<KeyRow>('idempotency-find', FIND, placeOf(request));
    if (!row) return null;
    if (!row.fingerprint.equals(request.fingerprint)) throw new KeyReused('This Idempotency-Key was used for another request');
    const text = row.answer && this.seal.open(row.answer, sealPlace(request));
    if (row.status === null || text === null)
      throw new Conflict(
        'A request with this Idempotency-Key has changed something already; it goes on, or was cut off before its answer was kept',
      );
    const { headers, body } = JSON.parse(text) as Omit<KeptAnswer, 'status'>;
    return { status: row.status, headers, body };
  }

  /** Claims the key in the open transaction. Throws `KeyTaken`. */
  async claim(em: EntityManager, request: KeyedRequest): Promise<void> {
    const claimed = await prepared(em, 'claim-key', CLAIM, [...placeOf(request), request.fingerprint]);
    if (claimed.length === 0) throw new KeyTaken('the key is taken');
  }

  /** Keeps the answer in the transaction that has claimed the key. */
  async keep(em: EntityManager, request: KeyedRequest, answer: KeptAnswer): Promise<void> {
    await prepared(em, 'keep-answer', KEEP, [...placeOf(request), answer.status, this.sealed(request, answer)]);
  }

  /** The same when that transaction is committed already. */
  async keepLate(request: KeyedRequest, answer: KeptAnswer): Promise<void> {
    await this.db.query(KEEP, [...placeOf(request), answer.status, this.sealed(request, answer)]);
  }

  /** Keeps the answer to a request that has changed nothing; the first one to be kept stays. */
  async keepAlone(request: KeyedRequest, answer: KeptAnswer): Promise<void> {
    const params = [...placeOf(request), request.fingerprint, answer.status, this.sealed(request, answer)];
    await this.db.query(KEEP_ALONE, params);
  }

  private sealed(request: KeyedRequest, { headers, body }: KeptAnswer): Buffer {
    return this.seal.close(JSON.stringify({ headers, body }), sealPlace(request));
  }
}

function placeOf({ companyId, holder, route, key }: KeyedRequest): [number, string, string, string] {
  return [companyId, holder, route, key];
}

function sealPlace(request: KeyedRequest): string {
  return placeOf(request).join(' ');
}
