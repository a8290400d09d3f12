import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { assignableSql } from '../tickets/assignments.js';
import { CONSEQUENCES } from './consequence.view.js';
import { rowOf } from './stamped-ids.js';

export interface NewConsequence {
  archive?: boolean;
  spam?: boolean;
  trash?: boolean;
  /** By name. */
  label?: string;
  assignUser?: number;
  assignTeam?: number;
}

const COLUMNS = 'archive, spam, trash, label_name, label_id, assigns, user_id, team_id';

/** What filters do to tickets. */
@Injectable()
export class Consequences {
  constructor(private readonly db: Database) {}

  /** One page, oldest first. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, CONSEQUENCES, 'consequences', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: string): Promise<string> {
    const row = await rowOf((sql, params) => this.db.query(sql, params), actor.companyId, CONSEQUENCES, id);
    return showOne(this.db, actor, CONSEQUENCES, row);
  }

  /** Throws `Invalid` when nothing would be done, when two are to get the ticket, and for a label, person or team that is not there. */
  async create(actor: Actor, consequence: NewConsequence): Promise<string> {
    refuseUnlessSensible(consequence);
    return this.db.tx(async (em) => {
      const values = await valuesOf(em, actor.companyId, consequence);
      const sql = `insert into filter_consequences (company_id, ${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`;
      const { id } = only(await rows<{ id: number }>(em, sql, [actor.companyId, ...values]));
      return recordConsequence(em, actor, 'consequence.created', await presentOne(em, actor, CONSEQUENCES, id));
    });
  }

  /** Does something else from now on, for all filters that have it. Throws `NotFound`, and `Invalid` as {@link create}. */
  async replace(actor: Actor, id: string, consequence: NewConsequence): Promise<string> {
    refuseUnlessSensible(consequence);
    return this.db.tx(async (em) => {
      const row = await lockConsequence(em, actor, id);
      const values = await valuesOf(em, actor.companyId, consequence);
      const sql = `update filter_consequences set (${COLUMNS}) = ($3, $4, $5, $6, $7, $8, $9, $10), updated_at = now() where company_id = $1 and id = $2`;
      await rows(em, sql, [actor.companyId, row, ...values]);
      return recordConsequence(em, actor, 'consequence.updated', await presentOne(em, actor, CONSEQUENCES, row));
    });
  }

  /** Throws `NotFound`; `Conflict` while a filter has it. */
  async remove(actor: Actor, id: string): Promise<void> {
    await this.db.tx(async (em) => {
      const row = await lockConsequence(em, actor, id);
      await recordConsequence(em, actor, 'consequence.deleted', await removeOne(em, actor, CONSEQUENCES, row));
    });
  }
}

function refuseUnlessSensible({ archive, spam, trash, label, assignUser, assignTeam }: NewConsequence): void {
  if (assignUser !== undefined && assignTeam !== undefined)
    throw Invalid.field('assign_team', 'does not go together with assign_user');
  const isNothing = label === undefined && assignUser === undefined && assignTeam === undefined;
  if (!archive && !spam && !trash && isNothing)
    throw Invalid.field('base', 'at least one of archive, spam, trash, label, assign_user, assign_team is needed');
}

/** The values of {@link COLUMNS}; what they refer to is held until the transaction ends. */
async function valuesOf(em: EntityManager, companyId: number, consequence: NewConsequence): Promise<unknown[]> {
  const { archive = false, spam = false, trash = false, label, assignUser, assignTeam } = consequence;
  const found = label === undefined ? undefined : await findLabel(em, companyId, label);
  if (assignUser !== undefined) await holdAssignable(em, companyId, assignUser);
  if (assignTeam !== undefined) await holdTeam(em, companyId, assignTeam);
  const assigns = assignUser !== undefined ? 'user' : assignTeam !== undefined ? 'team' : null;
  return [archive, spam, trash, found?.name ?? null, found?.id ?? null, assigns, assignUser ?? null, assignTeam ?? null];
}

async function findLabel(em: EntityManager, companyId: number, name: string): Promise<{ id: number; name: string }> {
  const sql = `select id, name from labels where company_id = $1 and lower(name) = lower($2) for key share`;
  const [label] = await rows<{ id: number; name: string }>(em, sql, [companyId, name]);
  if (!label) throw Invalid.field('label', 'is not a label of this company');
  return label;
}

async function holdAssignable(em: EntityManager, companyId: number, userId: number): Promise<void> {
  const sql = `select 1 from users u where u.company_id = $1 and u.id = $2 and ${assignableSql('u')} for key share`;
  if ((await rows(em, sql, [companyId, userId])).length === 0)
    throw Invalid.field('assign_user', 'is not an agent of this company');
}

async function holdTeam(em: EntityManager, companyId: number, teamId: number): Promise<void> {
  const sql = `select 1 from teams where company_id = $1 and id = $2 and deleted_at is null for key share`;
  if ((await rows(em, sql, [companyId, teamId])).length === 0)
    throw Invalid.field('assign_team', 'is not a team of this company');
}

function lockConsequence(em: EntityManager, { companyId }: Actor, id: string): Promise<number> {
  return rowOf((sql, params) => rows(em, sql, params), companyId, CONSEQUENCES, id, 'for update');
}

async function recordConsequence(
  em: EntityManager,
  actor: Actor,
  type: `consequence.${'created' | 'updated' | 'deleted'}`,
  consequence: string,
): Promise<string> {
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), data: { consequence } });
  return consequence;
}
