import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, isAgent, type Actor, type Visitor } from '../access/actor.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { JsonText } from '../platform/http/json-text.js';
import { splitName } from '../users/addresses.js';
import { findOrCreatePeople, presentShortUser, type Person } from '../users/people.js';
import { insertMessage, prepareMessage, type NewMessage } from './messages.js';
import { provesRequester, refuseUnlessMayOpen } from './ticket.policy.js';
import { ticketPage, type TicketFilter } from './ticket-list.js';
import { lockTicket, presentTicket, showTicket } from './ticket-rows.js';

export interface NewTicket extends NewMessage {
  subject?: string;
  requesterEmail: string;
  requesterName?: string;
  notifyRequester: boolean;
  forwardingAddressId?: number;
}

export interface TicketChange {
  subject?: string;
  requesterName?: string;
  requesterEmail?: string;
}

@Injectable()
export class Tickets {
  constructor(private readonly db: Database) {}

  /** One page with the exact total; what the actor may not see is not counted either. */
  async list(actor: Actor, filter: TicketFilter, page: Page): Promise<JsonText> {
    return new JsonText(await ticketPage(this.db, actor, filter, page));
  }

  /** Throws `NotFound` for a ticket that the actor may not see. */
  async show(actor: Actor, id: number): Promise<string> {
    return showTicket(this.db, actor, id);
  }

  /**
   * Opens a ticket for the person of the address, who is made a customer when nobody knows him.
   * Throws `Forbidden` for collaborators and for customers who name somebody else; `Invalid` for bad addresses, files or forwarding address.
   */
  async create(caller: Actor | Visitor, ticket: NewTicket): Promise<string> {
    refuseUnlessMayOpen(caller, ticket.requesterEmail);
    const message = prepareMessage(ticket);
    return this.db.tx(async (em) => {
      const requester = await personOf(em, caller, ticket.requesterEmail, ticket.requesterName);
      const id = await insertTicket(em, caller, ticket, requester.id);
      const place = { ticketId: id, kind: 'opening', authorId: requester.id, authorIsAgent: false } as const;
      const writtenById = caller.userId === requester.id ? null : caller.userId;
      await insertMessage(em, caller, { ...place, writtenById }, message);
      const view = await presentTicket(em, caller, id);
      const data = { ticket: view, notify_requester: String(ticket.notifyRequester) };
      await record(em, { companyId: caller.companyId, type: 'ticket.created', actor: eventActor(caller), ticketId: id, data });
      return view;
    });
  }

  /** Changes the subject, and the requester when an address is given; a name alone renames him. Throws `NotFound`. */
  async update(actor: Actor, id: number, change: TicketChange): Promise<string> {
    return this.db.tx(async (em) => {
      const ticket = await lockTicket(em, actor, id);
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

  /** Gives the ticket to the person of the address; answers his short form. Throws `NotFound`. */
  async changeRequester(actor: Actor, id: number, email: string, name?: string): Promise<string> {
    return this.db.tx(async (em) => {
      await lockTicket(em, actor, id);
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

async function insertTicket(em: EntityManager, caller: Actor | Visitor, ticket: NewTicket, requesterId: number): Promise<number> {
  const { subject = null, forwardingAddressId = null } = ticket;
  const address = await sourceAddress(em, caller, forwardingAddressId);
  const sql = `insert into tickets (company_id, subject, requester_id, requester_verified, source, source_address, forwarding_address_id, waiting_for)
    values ($1, $2, $3, $4, 'web', $5, $6, 'agent') returning id`;
  const params = [caller.companyId, subject, requesterId, provesRequester(caller), address, forwardingAddressId];
  return only(await rows<{ id: number }>(em, sql, params)).id;
}

/** The address that the ticket came to: the forwarding address when one is named, else the desk's own. */
async function sourceAddress(em: EntityManager, caller: Actor | Visitor, forwardingAddressId: number | null): Promise<string> {
  if (forwardingAddressId === null) return new URL(caller.baseUrl).host;
  const sql = `select email from forwarding_addresses where company_id = $1 and id = $2`;
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
