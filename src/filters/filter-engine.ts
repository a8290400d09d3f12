import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { EntityManager } from 'typeorm';
import { eventActor, systemActor, type Actor, type SystemActor, type Visitor } from '../access/actor.js';
import { rows } from '../platform/database/database.js';
import { isRetryable } from '../platform/database/pg-errors.js';
import { AppError } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { LOGGER } from '../platform/logging/logger.js';
import { NewTicketSteps } from '../tickets/new-ticket-steps.js';
import { presentTicket } from '../tickets/ticket-rows.js';
import { partsOf, type ConsequenceRow, type Part } from './consequence-effects.js';
import { filterSql } from './filter.view.js';
import { containsSql, PLACE_JOINS, PLACES, RULE_FIELDS } from './matching.js';

interface MatchingRow extends ConsequenceRow {
  id: number;
}

interface MatchingFilter extends MatchingRow {
  /** As it is presented. */
  view: string;
}

/** A part of a consequence that could not be carried out. */
interface Skipped {
  part: Part['name'];
  reason: string;
}

const ANY = `select 1 from filters where company_id = $1 and enabled limit 1`;

/**
 * The filters that mean a ticket, in their order; its texts are brought into lower case once for all of them. It is planned anew for
 * every ticket: what only those that match are asked for does not stand here.
 */
const MATCHING = `
  with place as materialized (
    select ${RULE_FIELDS.map((field) => `lower(${PLACES[field]}) as ${field}`).join(', ')}
    from tickets t ${PLACE_JOINS} where t.company_id = $1 and t.id = $2
  )
  select f.id, c.archive, c.spam, c.trash, c.label_name, l.name as label, c.assigns, c.user_id, c.team_id
  from place, filters f
  join filter_rules r on r.company_id = f.company_id and r.id = f.rule_id
  join filter_consequences c on c.company_id = f.company_id and c.id = f.consequence_id
  left join labels l on l.company_id = c.company_id and l.id = c.label_id
  where f.company_id = $1 and f.enabled and ${RULE_FIELDS.map((field) => containsSql(`place.${field}`, `r.${field}`)).join(' and ')}
  order by f.position`;

const VIEWS = `select f.id, (${filterSql('f')})::text as view from filters f where f.company_id = $1 and f.id = any ($2::bigint[])`;

/**
 * Runs the filters of a company on every new ticket, in the transaction that opens it: so they run exactly once, and whoever sees the
 * ticket sees what they have done. Each finds the ticket as the one before has left it; a later assignment takes the place of an earlier
 * one where the rules of assignments allow it.
 */
@Injectable()
export class FilterEngine implements OnModuleInit {
  constructor(
    private readonly steps: NewTicketSteps,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.steps.add((em, caller, ticketId) => this.run(em, caller, ticketId));
  }

  private async run(em: EntityManager, caller: Actor | Visitor, ticketId: number): Promise<boolean> {
    if ((await rows(em, ANY, [caller.companyId])).length === 0) return false;
    const filters = await findMatching(em, caller.companyId, ticketId);
    const actor = systemActor(caller, 'filter');
    for (const filter of filters) await this.apply(em, actor, ticketId, filter);
    return filters.length > 0;
  }

  private async apply(em: EntityManager, actor: SystemActor, ticketId: number, filter: MatchingFilter): Promise<void> {
    const skipped: Skipped[] = [];
    for (const part of partsOf(filter)) {
      const reason = await this.carryOut(em, actor, ticketId, part);
      if (reason !== null) skipped.push({ part: part.name, reason });
    }
    const data = { filter: filter.view, ticket: await presentTicket(em, actor, ticketId), skipped: JSON.stringify(skipped) };
    await record(em, { companyId: actor.companyId, type: 'filter.applied', actor: eventActor(actor), ticketId, data });
  }

  /** Behind a savepoint, so that what fails, fails alone: no filter may refuse a customer's ticket. Answers why it was skipped, or null. */
  private async carryOut(em: EntityManager, actor: SystemActor, ticketId: number, part: Part): Promise<string | null> {
    try {
      await em.transaction((inner) => part.effect(inner, actor, ticketId));
      return null;
    } catch (error) {
      if (isRetryable(error)) throw error;
      if (error instanceof AppError) return error.message;
      this.logger.error({ err: error, ticket_id: ticketId, part: part.name }, 'a filter could not be carried out');
      return 'it failed unexpectedly';
    }
  }
}

async function findMatching(em: EntityManager, companyId: number, ticketId: number): Promise<MatchingFilter[]> {
  const matching = await rows<MatchingRow>(em, MATCHING, [companyId, ticketId]);
  if (matching.length === 0) return [];
  const shown = await rows<{ id: number; view: string }>(em, VIEWS, [companyId, matching.map(({ id }) => id)]);
  const views = new Map(shown.map(({ id, view }) => [id, view]));
  // One that has been deleted since the first statement is as if it had been deleted before the ticket.
  return matching.flatMap((filter) => {
    const view = views.get(filter.id);
    return view === undefined ? [] : [{ ...filter, view }];
  });
}
