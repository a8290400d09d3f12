import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne, type Collection } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { CONSEQUENCES } from './consequence.view.js';
import { FILTERS } from './filter.view.js';
import { RULES } from './rule.view.js';
import { rowOf } from './stamped-ids.js';

/** What may be set on a filter; what is undefined stays. */
export interface FilterChange {
  ruleId?: string;
  consequenceId?: string;
  /** Null takes it away. */
  name?: string | null;
  /** Counts from 1; beyond the last one means last. */
  position?: number;
  enabled?: boolean;
}

export interface NewFilter extends FilterChange {
  ruleId: string;
  consequenceId: string;
}

/** Rules with their consequences, in the order in which they run. */
@Injectable()
export class Filters {
  constructor(private readonly db: Database) {}

  /** One page, in their order. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, FILTERS, 'filters', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: number): Promise<string> {
    return showOne(this.db, actor, FILTERS, id);
  }

  /** Throws `Invalid` for a rule or consequence that is not there. */
  async create(actor: Actor, { ruleId, consequenceId, name, position, enabled = true }: NewFilter): Promise<string> {
    return this.db.tx(async (em) => {
      await lockOrder(em, actor.companyId);
      const rule = await holdPart(em, actor, RULES, 'rule_id', ruleId);
      const consequence = await holdPart(em, actor, CONSEQUENCES, 'consequence_id', consequenceId);
      const sql = `insert into filters (company_id, rule_id, consequence_id, name, enabled, position)
        values ($1, $2, $3, $4, $5, (select coalesce(max(position), 0) + 1 from filters where company_id = $1)) returning id`;
      const values = [actor.companyId, rule, consequence, name ?? '', enabled];
      const { id } = only(await rows<{ id: number }>(em, sql, values));
      if (position !== undefined) await move(em, actor.companyId, id, position);
      return recordFilter(em, actor, 'filter.created', await presentOne(em, actor, FILTERS, id));
    });
  }

  /** Changes what is given; those that it passes on its way make room. Throws `NotFound`, and `Invalid` as {@link create}. */
  async update(actor: Actor, id: number, change: FilterChange): Promise<string> {
    const { ruleId, consequenceId, name, position, enabled = null } = change;
    return this.db.tx(async (em) => {
      await lockOrder(em, actor.companyId);
      const rule = ruleId === undefined ? null : await holdPart(em, actor, RULES, 'rule_id', ruleId);
      const consequence =
        consequenceId === undefined ? null : await holdPart(em, actor, CONSEQUENCES, 'consequence_id', consequenceId);
      const sql = `update filters set rule_id = coalesce($3, rule_id), consequence_id = coalesce($4, consequence_id),
        name = coalesce($5, name), enabled = coalesce($6, enabled), updated_at = now() where company_id = $1 and id = $2`;
      const newName = name === undefined ? null : (name ?? '');
      await rows(em, sql, [actor.companyId, id, rule, consequence, newName, enabled]);
      if (position !== undefined) await move(em, actor.companyId, id, position);
      return recordFilter(em, actor, 'filter.updated', await presentOne(em, actor, FILTERS, id));
    });
  }

  /** Those behind it move up; what it has done stays. Throws `NotFound`. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.db.tx(async (em) => {
      await lockOrder(em, actor.companyId);
      await recordFilter(em, actor, 'filter.deleted', await removeOne(em, actor, FILTERS, id));
      await rows(em, CLOSE_GAP, [actor.companyId]);
    });
  }
}

// Positions have no gaps, so that one who changes the order waits for the other.
async function lockOrder(em: EntityManager, companyId: number): Promise<void> {
  await rows(em, `select 1 from companies where id = $1 for no key update`, [companyId]);
}

const MOVE = `
  with course as (
    select f.position as start, least($3, (select count(*) from filters where company_id = $1)) as goal
    from filters f where f.company_id = $1 and f.id = $2
  )
  update filters f set position = case when f.id = $2 then course.goal else f.position + case when course.goal < course.start then 1 else -1 end end
  from course where f.company_id = $1 and f.position between least(course.start, course.goal) and greatest(course.start, course.goal)`;

const CLOSE_GAP = `
  update filters f set position = placed.place
  from (select id, row_number() over (order by position) as place from filters where company_id = $1) placed
  where f.company_id = $1 and f.id = placed.id and f.position <> placed.place`;

async function move(em: EntityManager, companyId: number, id: number, position: number): Promise<void> {
  await rows(em, MOVE, [companyId, id, position]);
}

async function holdPart(em: EntityManager, actor: Actor, of: Collection, field: string, id: string): Promise<number> {
  try {
    return await rowOf((sql, params) => rows(em, sql, params), actor.companyId, of, id, 'for key share');
  } catch (error) {
    throw error instanceof NotFound ? Invalid.field(field, `is not a ${of.noun.toLowerCase()} of this company`) : error;
  }
}

async function recordFilter(
  em: EntityManager,
  actor: Actor,
  type: `filter.${'created' | 'updated' | 'deleted'}`,
  filter: string,
): Promise<string> {
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), data: { filter } });
  return filter;
}
