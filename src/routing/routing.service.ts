import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, systemActor, type Actor, type SystemActor, type Visitor } from '../access/actor.js';
import { rows } from '../platform/database/database.js';
import { record } from '../platform/events/record.js';
import { NewTicketSteps } from '../tickets/new-ticket-steps.js';
import { lockTicket, presentTicket } from '../tickets/ticket-rows.js';
import { giveToFreeAgent, lockRouting } from './choice.js';
import { readRules, scopeOf, type RoutingRules } from './rules.js';

/** A row `t` of tickets that wants an agent. */
export const WANTS_AGENT = `t.user_assignee_id is null and t.archived_at is null and t.spam_at is null and t.trashed_at is null
  and t.merged_into_id is null and t.waiting_for <> 'customer'`;

const IS_WANTING = `select 1 from tickets t where t.company_id = $1 and t.id = $2 and ${WANTS_AGENT}`;

const IS_BEHIND_OTHERS = `select 1 from tickets t where t.company_id = $1 and t.queued_at is not null
  and (not $2::boolean or t.team_assignee_id is not distinct from $3::bigint) limit 1`;

// Of the clock, so that those who come one after the other under the lock stand in that order.
const ENQUEUE = `update tickets set queued_at = clock_timestamp() where company_id = $1 and id = $2`;

/** Gives every new conversation to an agent, or puts it into the queue, in the transaction that opens it. */
@Injectable()
export class Routing implements OnModuleInit {
  constructor(private readonly steps: NewTicketSteps) {}

  onModuleInit(): void {
    this.steps.addLast((em, caller, ticketId) => this.place(em, caller, ticketId));
  }

  private async place(em: EntityManager, caller: Actor | Visitor, ticketId: number): Promise<boolean> {
    const rules = await readRules(em, caller.companyId);
    if (!rules || (await rows(em, IS_WANTING, [caller.companyId, ticketId])).length === 0) return false;
    await lockRouting(em, caller.companyId);
    const actor = systemActor(caller, 'system');
    const ticket = await lockTicket(em, actor, ticketId);
    const isBehindOthers = await standBefore(em, caller.companyId, rules, ticket.team_assignee_id);
    if (!isBehindOthers && (await giveToFreeAgent(em, actor, rules, ticket))) return true;
    if (!rules.hasQueue) return false;
    await enqueue(em, actor, ticketId);
    return true;
  }
}

/** Whether conversations wait that come first. */
async function standBefore(em: EntityManager, companyId: number, rules: RoutingRules, teamId: number | null): Promise<boolean> {
  return (await rows(em, IS_BEHIND_OTHERS, [companyId, rules.isByTeam, scopeOf(rules, teamId)])).length > 0;
}

async function enqueue(em: EntityManager, actor: SystemActor, ticketId: number): Promise<void> {
  await rows(em, ENQUEUE, [actor.companyId, ticketId]);
  const data = { ticket: await presentTicket(em, actor, ticketId) };
  await record(em, { companyId: actor.companyId, type: 'ticket.queued', actor: eventActor(actor), ticketId, data });
}
