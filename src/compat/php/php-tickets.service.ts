import { Injectable } from '@nestjs/common';
import type { Actor, Visitor } from '../../access/actor.js';
import { Database, only } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors/app-errors.js';
import { PHP_CATEGORIES_SQL, PHP_FIELDS_SQL, PHP_TICKET_SQL, PHP_TICKETS_SQL } from './php-tickets.view.js';

/** Which part of a list; the scripts know no pages. */
export interface PhpSlice {
  limit: number;
  offset: number;
}

interface Presented {
  view: string;
}

/** What the scripts show; what they write goes the way of everybody. */
@Injectable()
export class PhpTickets {
  constructor(private readonly db: Database) {}

  /** The tickets that the person of the address has asked, as JSON text; none for a stranger. */
  async list({ companyId }: Actor, email: string, { limit, offset }: PhpSlice): Promise<string> {
    return only(await this.db.query<Presented>(PHP_TICKETS_SQL, [companyId, email, limit, offset])).view;
  }

  /** The whole answer about a ticket, as JSON text. Throws `NotFound` for one that the person of the address has not asked. */
  async show({ companyId }: Actor, id: number, email: string, { limit, offset }: PhpSlice): Promise<string> {
    const [found] = await this.db.query<Presented>(PHP_TICKET_SQL, [companyId, email, id, limit, offset]);
    if (!found) throw new NotFound('Ticket', id);
    return found.view;
  }

  /** All categories as JSON text, by position. */
  async categories({ companyId }: Actor | Visitor): Promise<string> {
    return only(await this.db.query<Presented>(PHP_CATEGORIES_SQL, [companyId])).view;
  }

  /** All custom fields as JSON text, by position. */
  async customFields({ companyId }: Actor | Visitor): Promise<string> {
    return only(await this.db.query<Presented>(PHP_FIELDS_SQL, [companyId])).view;
  }
}
