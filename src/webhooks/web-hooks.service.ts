import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { Conflict, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { FORMATS, type FormatName } from './formats/formats.js';
import { checkHeaders } from './headers.js';
import { WebHookSecrets } from './secrets.js';
import { newSecret } from './signatures.js';
import { limitToLabels, limitToTeams } from './ticket-limits.js';
import { WEB_HOOKS } from './web-hook.view.js';

/** What may be set on a webhook; what is undefined stays. */
export interface WebHookChange {
  url?: string;
  /** Names, with `*` for any letters. */
  events?: string[];
  format?: FormatName;
  spelling?: 'gb-talk' | 'support-board';
  /** Null takes all away. */
  headers?: Record<string, string> | null;
  enabled?: boolean;
  /** Of none: whatever team has the ticket, if any. */
  teamIds?: number[];
  labelIds?: number[];
}

export interface NewWebHook extends WebHookChange {
  url: string;
  /** One is made where none is given. */
  secret?: string;
}

/** A view, and the secret that is in none. */
export interface WebHookWithSecret {
  view: string;
  secret: string;
}

const MOST_WEB_HOOKS = 100;
export const MOST_PATTERNS = 100;
const MOST_PATTERN_LETTERS = 200;
const SECRET = /^[\x21-\x7e]{16,200}$/;

/** For so long the secret before the newest signs too, so that receivers can change theirs at leisure. */
const OLD_SECRET_LIVES = `interval '24 hours'`;

// A setting that is null stays; headers say by $8 whether they are set, since none is a setting too.
const SET = `update web_hooks set url = coalesce($3, url), events = coalesce($4::text[], events), format = coalesce($5, format),
  spelling = coalesce($6, spelling), is_enabled = coalesce($7, is_enabled),
  disabled_because = case when $7::boolean is null then disabled_because end,
  headers = case when $8 then $9::bytea else headers end, header_names = case when $8 then $10::text[] else header_names end, updated_at = now()
  where company_id = $1 and id = $2`;

const FORGET_FAILURES = `update web_hooks set failing_since = null, consecutive_failures = 0,
  paused_until = null, slow_until = null where company_id = $1 and id = $2`;

const ROTATE = `update web_hooks set old_secret = secret, old_secret_until = now() + ${OLD_SECRET_LIVES}, secret = $3, updated_at = now()
  where company_id = $1 and id = $2`;

/** Addresses of the outside that are told of what happens on the desk. */
@Injectable()
export class WebHooks {
  constructor(
    private readonly db: Database,
    private readonly secrets: WebHookSecrets,
    private readonly outbound: OutboundHttp,
  ) {}

  /** One page, oldest first. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, WEB_HOOKS, 'web_hooks', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, WEB_HOOKS, id);
  }

  /**
   * From now on the address is told of events. Throws `Invalid` for an address that must not be called, events that the format does not
   * know, headers that are the desk's own, a secret that is too short, and teams and labels of others; `Conflict` when there are too many.
   */
  async create(actor: Actor, { secret = newSecret(), ...hook }: NewWebHook): Promise<WebHookWithSecret> {
    this.check(hook);
    checkSecret(secret);
    const view = await this.db.tx(async (em) => {
      await refuseOneTooMany(em, actor.companyId);
      const sql = `insert into web_hooks (company_id, url, secret) values ($1, $2, $3) returning id`;
      const values = [actor.companyId, hook.url, this.secrets.close(actor.companyId, secret)];
      const { id } = only(await rows<{ id: number }>(em, sql, values));
      const { events = ['*'], format = 'standard' } = hook;
      checkPatterns(events, format);
      await this.set(em, actor.companyId, id, { ...hook, events, format });
      return present(em, actor, id, 'web_hook.created');
    });
    return { view, secret };
  }

  /**
   * Changes what is given. One that is enabled, also when it was before, starts with a clean slate. Throws `NotFound`, and `Invalid` as
   * {@link create}; events that were set before must be known to a format that is set now.
   */
  async update(actor: Actor, id: number, change: WebHookChange): Promise<string> {
    this.check(change);
    return this.db.tx(async (em) => {
      const sql = `select events, format from web_hooks where company_id = $1 and id = $2 for no key update`;
      const [before] = await rows<{ events: string[]; format: FormatName }>(em, sql, [actor.companyId, id]);
      if (!before) throw new NotFound(WEB_HOOKS.noun, id);
      const { events = before.events, format = before.format } = change;
      if (change.events ?? change.format) checkPatterns(events, format);
      await this.set(em, actor.companyId, id, { ...change, events, format });
      return present(em, actor, id, 'web_hook.updated');
    });
  }

  /** Forgets it with all its deliveries, also those that have not been made yet. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      const view = await removeOne(em, actor, WEB_HOOKS, id);
      const event = { companyId: actor.companyId, actor: eventActor(actor), data: { web_hook: view } };
      await record(em, { ...event, type: 'web_hook.deleted' });
    });
  }

  /** Signs with another secret; the one before signs too for a day. Throws `NotFound`, and `Invalid` for one that is too short. */
  async rotateSecret(actor: Actor, id: number, secret = newSecret()): Promise<WebHookWithSecret> {
    checkSecret(secret);
    const view = await this.db.tx(async (em) => {
      await rows(em, ROTATE, [actor.companyId, id, this.secrets.close(actor.companyId, secret)]);
      return present(em, actor, id, 'web_hook.secret_rotated');
    });
    return { view, secret };
  }

  private check({ url, headers }: WebHookChange): void {
    const refusal = url === undefined ? null : this.outbound.refusalOf(url);
    if (refusal !== null) throw Invalid.field('url', refusal);
    if (headers) checkHeaders(headers);
  }

  private async set(
    em: EntityManager,
    companyId: number,
    id: number,
    {
      url,
      events,
      format,
      spelling,
      headers,
      enabled,
      teamIds,
      labelIds,
    }: WebHookChange & { events: string[]; format: FormatName },
  ): Promise<void> {
    const names = Object.keys(headers ?? {});
    const sealed = names.length > 0 ? this.secrets.close(companyId, JSON.stringify(headers)) : null;
    const switches = [enabled ?? null, headers !== undefined];
    await rows(em, SET, [companyId, id, url ?? null, [...new Set(events)], format, spelling ?? null, ...switches, sealed, names]);
    if (enabled) await rows(em, FORGET_FAILURES, [companyId, id]);
    if (teamIds) await limitToTeams(em, companyId, id, teamIds);
    if (labelIds) await limitToLabels(em, companyId, id, labelIds);
  }
}

async function present(
  em: EntityManager,
  actor: Actor,
  id: number,
  type: `web_hook.${'created' | 'updated' | 'secret_rotated'}`,
): Promise<string> {
  const view = await presentOne(em, actor, WEB_HOOKS, id);
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), data: { web_hook: view } });
  return view;
}

// Two at once would both be the hundredth.
async function refuseOneTooMany(em: EntityManager, companyId: number): Promise<void> {
  await rows(em, `select 1 from companies where id = $1 for no key update`, [companyId]);
  const { count } = only(await rows<{ count: number }>(em, `select count(*) from web_hooks where company_id = $1`, [companyId]));
  if (count >= MOST_WEB_HOOKS) throw new Conflict(`A company has at most ${MOST_WEB_HOOKS} webhooks`);
}

function checkPatterns(patterns: string[], format: FormatName): void {
  if (patterns.length === 0) throw Invalid.field('events', 'must name at least one');
  const problems = patterns.flatMap((pattern) =>
    pattern.length > MOST_PATTERN_LETTERS
      ? [`must have at most ${MOST_PATTERN_LETTERS} characters each`]
      : (FORMATS[format].problemOf(pattern) ?? []),
  );
  if (problems.length > 0) throw new Invalid({ events: [...new Set(problems)] });
}

function checkSecret(secret: string): void {
  if (!SECRET.test(secret)) throw Invalid.field('secret', 'must be 16 to 200 visible ASCII characters');
}
