import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, isAgent, type Actor, type Visitor } from '../access/actor.js';
import { fillCustomFields } from '../custom-fields/ticket-values.js';
import { Database, only, prepared, rows } from '../platform/database/database.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { Precondition } from '../platform/http/if-match.js';
import { splitName } from '../users/addresses.js';
import { findOrCreatePeople, presentShortUser, type Person } from '../users/people.js';
import { changeDetails } from '../users/user-details.js';
import { insertMessage, prepareMessage, type NewMessage, type PreparedMessage } from './messages.js';
import { NewTicketSteps } from './new-ticket-steps.js';
import { frequentTerms } from './search-plan.js';
import type { Term } from './search-query.js';
import { provesRequester, refuseUnlessMayOpen } from './ticket.policy.js';
import type { TicketFilter } from './ticket-filter.js';
import { countTickets, listTickets, type Slice, type TicketSlice, type TicketTotal } from './ticket-list.js';
import { lockTicket, presentTicket, showTicket } from './ticket-rows.js';

export interface NewTicket extends NewMessage {
  subject?: string;
  requesterEmail: string;
  requesterName?: string;
  notifyRequester: boolean;
  forwardingAddressId?: number;
  priority?: Priority;
  categoryId?: number;
  /** Where the requester works, which is kept as a detail of his. */
  requesterCompany?: string;
  /** Values by the ids of the fields; when it is given at all, required fields must be in it. */
  customFields?: Record<string, string>;
}

export const PRIORITIES = ['low', 'medium', 'high'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A ticket whose requester and message are there already, whoever brings it. */
export interface Opening {
  subject: string | null;
  priority?: Priority;
  categoryId?: number;
  requesterId: number;
  /** Whether it is certain that the requester has asked for it. */
  isVerified: boolean;
  source: 'web' | 'email';
  forwardingAddressId: number | null;
  /** Put aside from the beginning. */
  isSpam: boolean;
  message: PreparedMessage;
  notifyRequester: boolean;
  /** What whoever opens it does to it behind the filters; it is known then who has it. True when that changed anything. */
  arrange?: (em: EntityManager, ticketId: number) => Promise<boolean>;
}

export interface TicketChange {
  subject?: string;
  requesterName?: string;
  requesterEmail?: string;
}

/** Searches stop counting here, as search engines do. */
const SEARCH_CAP = 10_000;

@Injectable()
export class Tickets {
  constructor(
    private readonly db: Database,
    private readonly steps: NewTicketSteps,
  ) {}

  /** One page with its total; what the actor may not see is not counted either. Throws `Invalid` on a bad cursor. */
  async list(actor: Actor, filter: TicketFilter, slice: Slice): Promise<[TicketTotal, TicketSlice]> {
    const frequent = await frequentTerms(this.db, actor.companyId, filter.terms);
    return Promise.all([this.count(actor, filter, frequent), listTickets(this.db, actor, filter, slice, frequent)]);
  }

  /** Totals are exact; those of a search stop at 10,000. */
  async count(actor: Actor, filter: TicketFilter, frequent?: ReadonlySet<Term>): Promise<TicketTotal> {
    const known = frequent ?? (await frequentTerms(this.db, actor.companyId, filter.terms));
    return countTickets(this.db, actor, filter, { frequent: known, limit: filter.terms ? SEARCH_CAP : undefined });
  }

  /** Throws `NotFound` for a ticket that the actor may not see. */
  async show(actor: Actor, id: number): Promise<string> {
    return showTicket(this.db, actor, id);
  }

  /**
   * Opens a ticket for the person of the address, who is made a customer when nobody knows him, and takes the steps of {@link NewTicketSteps}.
   * Throws `Forbidden` for collaborators and for customers who name somebody else; `Invalid` for bad addresses, files, forwarding address,
   * category or custom fields.
   */
  async create(caller: Actor | Visitor, ticket: NewTicket): Promise<string> {
    refuseUnlessMayOpen(caller, ticket.requesterEmail);
    const message = prepareMessage(ticket);
    return this.db.tx(async (em) => {
      const requester = await personOf(em, caller, ticket.requesterEmail, ticket.requesterName);
      const { subject = null, forwardingAddressId = null, priority, categoryId, notifyRequester } = ticket;
      const opening = { subject, requesterId: requester.id, isVerified: provesRequester(caller), forwardingAddressId } as const;
      const whole = { ...opening, priority, categoryId, source: 'web', isSpam: false, message, notifyRequester } as const;
      const { id, view } = await this.open(em, caller, whole);
      if (ticket.customFields) await fillCustomFields(em, caller.companyId, id, ticket.customFields);
      if (ticket.requesterCompany !== undefined) await noteCompany(em, caller, requester.id, ticket.requesterCompany);
      return view;
    });
  }

  /**
   * The part of {@link create} that is the same for whatever comes in another way: writes the ticket and its message in the open transaction,
   * and takes the steps. Whether the caller may is for who calls to say. Throws `Invalid` for bad files or forwarding address.
   */
  async open(
    em: EntityManager,
    caller: Actor | Visitor,
    opening: Opening,
  ): Promise<{ id: number; messageId: number; view: string }> {
    const { requesterId, message, notifyRequester } = opening;
    const id = await insertTicket(em, caller, opening);
    const place = { ticketId: id, kind: 'opening', authorId: requesterId, authorIsAgent: false } as const;
    const writtenById = caller.userId === requesterId ? null : caller.userId;
    const messageId = await insertMessage(em, caller, { ...place, writtenById }, message);
    const view = await presentTicket(em, caller, id);
    const data = { ticket: view, notify_requester: String(notifyRequester), message_id: String(messageId) };
    await record(em, { companyId: caller.companyId, type: 'ticket.created', actor: eventActor(caller), ticketId: id, data });
    const changes = [
      await this.steps.take(em, caller, id),
      (await opening.arrange?.(em, id)) ?? false,
      await this.steps.takeLast(em, caller, id),
    ];
    return { id, messageId, view: changes.some(Boolean) ? await presentTicket(em, caller, id) : view };
  }

  /** Changes the subject, and the requester when an address is given; a name alone renames him. Throws `NotFound`, `PreconditionFailed`. */
  async update(actor: Actor, id: number, change: TicketChange, ifMatch?: Precondition): Promise<string> {
    return this.db.tx(async (em) => {
      const ticket = await lockTicket(em, actor, id, ifMatch);
      if (change.subject !== undefined) {
        const sql = `update tickets set subject = $3, updated_at = now() where company_id = $1 and id = $2`;
        await rows(em, sql, [actor.companyId, id, change.subject]);
      }
      if (change.requesterEmail !== undefined) await moveTo(em, actor, id, change.requesterEmail, change.requesterName);
      else if (change.requesterName !== undefined) await renameCustomer(em, actor, ticket.requester_id, change.requesterName);
      const view = await presentTicket(em, actor, id);
      await record(em, {
        companyId: actor.companyId,
        type: 'ticket.updated',
        actor: eventActor(actor),
        ticketId: id,
        data: { ticket: view },
      });
      return view;
    });
  }

  /** Gives the ticket to the person of the address; answers his short form. Throws `NotFound`, `PreconditionFailed`. */
  async changeRequester(
    actor: Actor,
    id: number,
    { email, name }: { email: string; name?: string },
    ifMatch?: Precondition,
  ): Promise<string> {
    return this.db.tx(async (em) => {
      await lockTicket(em, actor, id, ifMatch);
      const person = await moveTo(em, actor, id, email, name);
      const data = { ticket: await presentTicket(em, actor, id) };
      await record(em, {
        companyId: actor.companyId,
        type: 'ticket.requester_changed',
        actor: eventActor(actor),
        ticketId: id,
        data,
      });
      return presentShortUser(em, actor, person.id);
    });
  }
}

async function personOf(em: EntityManager, caller: Actor | Visitor, email: string, name: string | undefined): Promise<Person> {
  const people = await findOrCreatePeople(em, caller, [{ email, name: name ?? null }]);
  return only([...people.values()]);
}

async function insertTicket(em: EntityManager, caller: Actor | Visitor, opening: Opening): Promise<number> {
  const {
    subject,
    requesterId,
    isVerified,
    source,
    forwardingAddressId,
    isSpam,
    priority = 'medium',
    categoryId = null,
  } = opening;
  const address = await sourceAddress(em, caller, forwardingAddressId);
  if (categoryId !== null) await refuseUnlessCategory(em, caller, categoryId);
  const sql = `insert into tickets (company_id, subject, requester_id, requester_verified, source, source_address, forwarding_address_id,
      waiting_for, spam_at, priority, category_id)
    values ($1, $2, $3, $4, $5, $6, $7, 'agent', case when $8 then now() end, $9, $10) returning id`;
  const params = [caller.companyId, subject, requesterId, isVerified, source, address, forwardingAddressId, isSpam];
  return only(await prepared<{ id: number }>(em, 'insert-ticket', sql, [...params, priority, categoryId])).id;
}

async function refuseUnlessCategory(em: EntityManager, caller: Actor | Visitor, id: number): Promise<void> {
  const sql = `select 1 from categories where company_id = $1 and id = $2 for key share`;
  if ((await rows(em, sql, [caller.companyId, id])).length === 0)
    throw Invalid.field('category_id', 'is not a category of this company');
}

async function noteCompany(em: EntityManager, caller: Actor | Visitor, userId: number, value: string): Promise<void> {
  await changeDetails(em, caller, userId, [{ slug: 'company', name: 'Company', value }]);
}

/** The address that the ticket came to: the forwarding address when one is named, else the desk's own. */
async function sourceAddress(em: EntityManager, caller: Actor | Visitor, forwardingAddressId: number | null): Promise<string> {
  if (forwardingAddressId === null) return new URL(caller.baseUrl).host;
  const sql = `select email from forwarding_addresses where company_id = $1 and id = $2 and deleted_at is null`;
  const [address] = await rows<{ email: string }>(em, sql, [caller.companyId, forwardingAddressId]);
  if (!address) throw Invalid.field('forwarding_address_id', 'is not a forwarding address of this company');
  return address.email;
}

async function moveTo(
  em: EntityManager,
  actor: Actor,
  ticketId: number,
  email: string,
  name: string | undefined,
): Promise<Person> {
  const person = await personOf(em, actor, email, name);
  const sql = `update tickets set requester_id = $3, requester_verified = $4, updated_at = now() where company_id = $1 and id = $2`;
  await rows(em, sql, [actor.companyId, ticketId, person.id, isAgent(actor)]);
  return person;
}

// Staff keep the names that they have.
async function renameCustomer(em: EntityManager, actor: Actor, userId: number, name: string): Promise<void> {
  const { first, last } = splitName(name);
  const sql = `update users set first_name = $3, last_name = $4, updated_at = now() where company_id = $1 and id = $2 and role = 'customer'`;
  await rows(em, sql, [actor.companyId, userId, first, last]);
}
