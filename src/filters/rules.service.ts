import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor } from '../access/actor.js';
import { listPage, presentOne, removeOne, showOne } from '../access/collection.js';
import { Database, only, rows } from '../platform/database/database.js';
import type { Page } from '../platform/database/page.js';
import { record } from '../platform/events/record.js';
import type { JsonText } from '../platform/http/json-text.js';
import { RULE_FIELDS, usedFields, type Needles } from './matching.js';
import { RULES } from './rule.view.js';
import { rowOf } from './stamped-ids.js';

/** Which tickets filters mean. */
@Injectable()
export class Rules {
  constructor(private readonly db: Database) {}

  /** One page, oldest first. */
  async list(actor: Actor, page: Page): Promise<JsonText> {
    return listPage(this.db, actor, RULES, 'rules', page);
  }

  /** Throws `NotFound`. */
  async show(actor: Actor, id: string): Promise<string> {
    const row = await rowOf((sql, params) => this.db.query(sql, params), actor.companyId, RULES, id);
    return showOne(this.db, actor, RULES, row);
  }

  /** Throws `Invalid` for a rule that would mean every ticket. */
  async create(actor: Actor, needles: Needles): Promise<string> {
    const values = valuesOf(needles);
    return this.db.tx(async (em) => {
      const sql = `insert into filter_rules (company_id, ${RULE_FIELDS.join(', ')}) values ($1, $2, $3, $4, $5) returning id`;
      const { id } = only(await rows<{ id: number }>(em, sql, [actor.companyId, ...values]));
      return recordRule(em, actor, 'rule.created', await presentOne(em, actor, RULES, id));
    });
  }

  /** Puts other needles into a rule, for all filters that have it. Throws `NotFound`, and `Invalid` as {@link create}. */
  async replace(actor: Actor, id: string, needles: Needles): Promise<string> {
    const values = valuesOf(needles);
    return this.db.tx(async (em) => {
      const row = await lockRule(em, actor, id);
      const sql = `update filter_rules set (${RULE_FIELDS.join(', ')}) = ($3, $4, $5, $6), updated_at = now() where company_id = $1 and id = $2`;
      await rows(em, sql, [actor.companyId, row, ...values]);
      return recordRule(em, actor, 'rule.updated', await presentOne(em, actor, RULES, row));
    });
  }

  /** Throws `NotFound`; `Conflict` while a filter has it. */
  async remove(actor: Actor, id: string): Promise<void> {
    await this.db.tx(async (em) => {
      const row = await lockRule(em, actor, id);
      await recordRule(em, actor, 'rule.deleted', await removeOne(em, actor, RULES, row));
    });
  }
}

function valuesOf(needles: Needles): string[] {
  usedFields(needles);
  return RULE_FIELDS.map((field) => needles[field] ?? '');
}

function lockRule(em: EntityManager, { companyId }: Actor, id: string): Promise<number> {
  return rowOf((sql, params) => rows(em, sql, params), companyId, RULES, id, 'for update');
}

async function recordRule(
  em: EntityManager,
  actor: Actor,
  type: `rule.${'created' | 'updated' | 'deleted'}`,
  rule: string,
): Promise<string> {
  await record(em, { companyId: actor.companyId, type, actor: eventActor(actor), data: { rule } });
  return rule;
}
