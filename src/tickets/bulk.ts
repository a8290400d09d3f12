import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../access/actor.js';
import { Database } from '../platform/database/database.js';
import { AppError, Forbidden, Invalid } from '../platform/errors/app-errors.js';
import { assignTeam, assignUser, unassign } from './assignments.js';
import { frequentTerms } from './search-plan.js';
import { countTickets, listTicketIds } from './ticket-list.js';
import type { TicketFilter } from './ticket-filter.js';
import { addLabel, removeLabel } from './ticket-labels.js';
import { lockTicket, type LockedTicket } from './ticket-rows.js';
import { deleteTicket, turnSwitch, type TicketSwitch } from './ticket-switches.js';

export const MOST_TICKETS = 1000;

export const BULK_ACTIONS = [
  ...['archive', 'unarchive', 'answered', 'unanswered', 'star', 'unstar', 'spam', 'unspam', 'trash', 'untrash'],
  ...['label', 'unlabel', 'assign_user', 'unassign_user', 'assign_team', 'unassign_team', 'delete'],
] as const;

/** What is done to each ticket, with what it needs. */
export interface BulkAction {
  action: string;
  label?: string;
  userId?: number;
  teamId?: number;
}

export interface BulkResult {
  id: number;
  result: 'changed' | 'unchanged' | 'failed';
  error?: string;
}

export interface BulkAnswer {
  /** How many tickets were meant; more than there are results when it is more than one call may change. */
  total: number;
  results: BulkResult[];
}

/** Does it to one locked ticket; true when that changed anything. */
type Effect = (em: EntityManager, actor: Actor, ticket: LockedTicket) => Promise<boolean>;

class DryRun extends Error {
  constructor(readonly isChanged: boolean) {
    super('rolled back on purpose');
  }
}

@Injectable()
export class BulkActions {
  constructor(private readonly db: Database) {}

  /**
   * Does one action to many tickets, each in a transaction of its own, so that one that fails leaves the others. A dry run does the same and
   * takes it back. Throws `Invalid` when the action lacks what it needs, `Forbidden` for a deletion by others than admins.
   */
  async run(actor: Actor, tickets: number[] | TicketFilter, action: BulkAction, isDryRun: boolean): Promise<BulkAnswer> {
    const effect = effectOf(actor, action);
    const { ids, total } = await this.find(actor, tickets);
    const results: BulkResult[] = [];
    for (const id of ids) results.push(await this.apply(actor, id, effect, isDryRun));
    return { total, results };
  }

  private async find(actor: Actor, tickets: number[] | TicketFilter): Promise<{ ids: number[]; total: number }> {
    if (Array.isArray(tickets)) return { ids: [...new Set(tickets)], total: new Set(tickets).size };
    const frequent = await frequentTerms(this.db, actor.companyId, tickets.terms);
    const ids = await listTicketIds(this.db, actor, tickets, MOST_TICKETS, frequent);
    const total = ids.length < MOST_TICKETS ? ids.length : (await countTickets(this.db, actor, tickets, { frequent })).total;
    return { ids, total };
  }

  private async apply(actor: Actor, id: number, effect: Effect, isDryRun: boolean): Promise<BulkResult> {
    const result = (isChanged: boolean): BulkResult => ({ id, result: isChanged ? 'changed' : 'unchanged' });
    try {
      return await this.db.tx(async (em) => {
        const isChanged = await effect(em, actor, await lockTicket(em, actor, id));
        if (isDryRun) throw new DryRun(isChanged);
        return result(isChanged);
      });
    } catch (error) {
      if (error instanceof DryRun) return result(error.isChanged);
      if (error instanceof AppError) return { id, result: 'failed', error: error.message };
      throw error;
    }
  }
}

const SWITCH_OF: Record<string, [name: TicketSwitch, isOn: boolean]> = {
  archive: ['archive', true],
  unarchive: ['archive', false],
  answered: ['answered', true],
  unanswered: ['answered', false],
  star: ['star', true],
  unstar: ['star', false],
  spam: ['spam', true],
  unspam: ['spam', false],
  trash: ['trash', true],
  untrash: ['trash', false],
};

function effectOf(actor: Actor, { action, label, userId, teamId }: BulkAction): Effect {
  const turned = SWITCH_OF[action];
  if (turned) return (em, by, ticket) => turnSwitch(em, by, ticket.id, ...turned);
  switch (action) {
    case 'label':
      return needing('label', label, async (name, em, by, ticket) => (await addLabel(em, by, ticket.id, name)).isNew);
    case 'unlabel':
      return needing('label', label, (name, em, by, ticket) => removeLabel(em, by, ticket.id, name));
    case 'assign_user':
      return needing(
        'user_id',
        userId,
        async (id, em, by, ticket) => ticket.user_assignee_id !== id && Boolean(await assignUser(em, by, ticket, id)),
      );
    case 'assign_team':
      return needing(
        'team_id',
        teamId,
        async (id, em, by, ticket) => ticket.team_assignee_id !== id && Boolean(await assignTeam(em, by, ticket, id)),
      );
    case 'unassign_user':
      return (em, by, ticket) => unassign(em, by, ticket.id, 'user');
    case 'unassign_team':
      return (em, by, ticket) => unassign(em, by, ticket.id, 'team');
    case 'delete':
      return deletion(actor);
    default:
      throw Invalid.field('action', `must be one of ${BULK_ACTIONS.join(', ')}`);
  }
}

function needing<Value>(
  field: string,
  value: Value | undefined,
  effect: (value: Value, ...args: Parameters<Effect>) => Promise<boolean>,
): Effect {
  if (value === undefined) throw Invalid.field(field, "can't be blank");
  return (...args) => effect(value, ...args);
}

function deletion(actor: Actor): Effect {
  if (actor.role !== 'admin') throw new Forbidden('Only admins delete tickets');
  return async (em, by, ticket) => {
    await deleteTicket(em, by, ticket);
    return true;
  };
}
