import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { SystemActor } from '../access/actor.js';
import { ENV, publicUrl, type Env } from '../config/env.js';
import { Database, rows } from '../platform/database/database.js';
import { Pump, type WorkSource } from '../platform/queue/pump.js';
import type { LockedTicket } from '../tickets/ticket-rows.js';
import { giveToFreeAgent, lockRouting } from './choice.js';
import { readRules, scopeOf, type RoutingRules } from './rules.js';

/** How many conversations of one company are given away in one transaction. */
const BATCH = 50;
const CLEARED = 1000;

interface WaitingCompany {
  id: number;
  subdomain: string;
  name: string;
}

// From one company to the next in the index: long queues cost nothing here.
const WAITING = `
  with recursive waiting as (
    (select company_id from tickets where queued_at is not null order by company_id limit 1)
    union all
    select following.company_id from waiting cross join lateral (
      select t.company_id from tickets t where t.queued_at is not null and t.company_id > waiting.company_id order by t.company_id limit 1) following
  )
  select c.id, c.subdomain, c.name from waiting w join companies c on c.id = w.company_id`;

// One that somebody else is just changing is passed over: whoever holds the lock of the routing must wait for nobody who may wait for it.
const FIRST = `
  select t.id, t.requester_id, t.archived_at, t.trashed_at, t.user_assignee_id, t.team_assignee_id, t.merged_into_id
  from tickets t where t.company_id = $1 and t.queued_at is not null
    and not (case when $2 then coalesce(t.team_assignee_id, 0) else 0 end = any ($3::bigint[]))
  order by t.queued_at, t.id limit 1 for no key update skip locked`;

const CLEAR = `update tickets set queued_at = null where company_id = $1 and id = any (array(
  select t.id from tickets t where t.company_id = $1 and t.queued_at is not null limit ${CLEARED} for no key update skip locked))`;

/**
 * Gives waiting conversations to agents as soon as they are free: it looks after every commit that records events, such as of an archived
 * ticket, and each second, for agents who have come online.
 */
@Injectable()
export class QueueRunner implements WorkSource, OnModuleInit {
  readonly name = 'queue of conversations';

  constructor(
    @Inject(ENV) private readonly env: Env,
    private readonly db: Database,
    private readonly pump: Pump,
  ) {}

  onModuleInit(): void {
    this.pump.add(this);
  }

  async pull(): Promise<boolean> {
    let hasMore = false;
    for (const company of await this.db.query<WaitingCompany>(WAITING)) {
      const given = await this.db.tx((em) => this.serve(em, company));
      hasMore ||= given === BATCH;
    }
    return hasMore;
  }

  private async serve(em: EntityManager, { id, subdomain, name }: WaitingCompany): Promise<number> {
    const actor: SystemActor = {
      companyId: id,
      company: { subdomain, name },
      baseUrl: publicUrl(this.env, subdomain),
      userId: null,
      role: 'system',
    };
    const rules = await readRules(em, id);
    const given = rules ? await giveAway(em, actor, rules) : 0;
    // Without a queue nobody waits: it is tried once. The setting that was changed stands in the log, not each of these.
    if (!rules?.hasQueue && given < BATCH) await rows(em, CLEAR, [id]);
    return given;
  }
}

/** Gives the first ones away as long as somebody is free for them; answers how many. */
async function giveAway(em: EntityManager, actor: SystemActor, rules: RoutingRules): Promise<number> {
  await lockRouting(em, actor.companyId);
  const exhausted: number[] = [];
  for (let given = 0; given < BATCH;) {
    const [ticket] = await rows<LockedTicket>(em, FIRST, [actor.companyId, rules.isByTeam, exhausted]);
    if (!ticket) return given;
    if (await giveToFreeAgent(em, actor, rules, ticket)) given++;
    else exhausted.push(scopeOf(rules, ticket.team_assignee_id) ?? 0);
  }
  return BATCH;
}
