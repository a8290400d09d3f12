import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Acting, type Actor } from '../access/actor.js';
import { Database, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { Precondition } from '../platform/http/if-match.js';
import { lockTicket, presentTicket } from './ticket-rows.js';

/** A label on a ticket, as the contract presents it (real-servers.md section 1). */
export interface TicketLabelAnswerView {
  id: number;
  label: string;
  ticket: number;
}

interface LabelRow {
  id: number;
  name: string;
  color: string;
}

@Injectable()
export class TicketLabels {
  constructor(private readonly db: Database) {}

  /** Puts an existing label on a ticket; twice is harmless. Throws `NotFound` for the ticket and for the label. */
  async add(actor: Actor, ticketId: number, name: string): Promise<TicketLabelAnswerView> {
    return this.db.tx(async (em) => {
      await lockTicket(em, actor, ticketId);
      const label = await addLabel(em, actor, ticketId, name);
      return { id: label.id, label: label.name, ticket: ticketId };
    });
  }

  /** Throws `NotFound`, also when the ticket lacks the label, and `PreconditionFailed`. */
  async remove(actor: Actor, ticketId: number, name: string, ifMatch?: Precondition): Promise<void> {
    await this.db.tx(async (em) => {
      await lockTicket(em, actor, ticketId, ifMatch);
      if (!(await removeLabel(em, actor, ticketId, name))) throw new NotFound('Label', name);
    });
  }
}

/** Puts a label on a locked ticket. Throws `NotFound` when there is no such label. */
export async function addLabel(
  em: EntityManager,
  actor: Acting,
  ticketId: number,
  name: string,
): Promise<LabelRow & { isNew: boolean }> {
  const find = `select id, name, color from labels where company_id = $1 and lower(name) = lower($2) for key share`;
  const [label] = await rows<LabelRow>(em, find, [actor.companyId, name]);
  if (!label) throw new NotFound('Label', name);
  const insert = `insert into ticket_labels (company_id, ticket_id, label_id) values ($1, $2, $3) on conflict do nothing returning 1`;
  const added = await rows(em, insert, [actor.companyId, ticketId, label.id]);
  if (added.length > 0) await recordLabel(em, actor, ticketId, 'ticket.labelled', label);
  return { ...label, isNew: added.length > 0 };
}

/** Takes a label off a locked ticket; false when it had none of that name. */
export async function removeLabel(em: EntityManager, actor: Actor, ticketId: number, name: string): Promise<boolean> {
  const sql = `delete from ticket_labels tl using labels l
    where tl.company_id = $1 and tl.ticket_id = $2 and l.company_id = tl.company_id and l.id = tl.label_id and lower(l.name) = lower($3)
    returning l.id, l.name, l.color`;
  const [label] = await rows<LabelRow>(em, sql, [actor.companyId, ticketId, name]);
  if (label) await recordLabel(em, actor, ticketId, 'ticket.unlabelled', label);
  return label !== undefined;
}

async function recordLabel(
  em: EntityManager,
  actor: Acting,
  ticketId: number,
  type: 'ticket.labelled' | 'ticket.unlabelled',
  label: LabelRow,
): Promise<void> {
  const data = { ticket: await presentTicket(em, actor, ticketId), label: JSON.stringify(label) };
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), ticketId, data });
}
