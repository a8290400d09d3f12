import { Injectable } from '@nestjs/common';
import { mayGrant, type Actor } from '../access/actor.js';
import { ticketVisibleSql } from '../access/visibility.js';
import { timeSql } from '../access/view.js';
import { Database, only } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { SqlParams } from '../platform/database/sql-params.js';
import { Forbidden, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { JsonText } from '../platform/http/json-text.js';
import { subjectSql } from '../tickets/ticket.view.js';
import { containsSql, PLACE_JOINS, PLACES, RULE_FIELDS, usedFields, type Needles } from './matching.js';
import { RULES } from './rule.view.js';
import { rowOf } from './stamped-ids.js';

/** The rule that is tried out: one of the three. */
export interface RuleChoice {
  needles?: Needles;
  ruleId?: string;
  filterId?: number;
}

/** What a search of existing tickets may cost at most, however large the desk is. */
export const MOST_LOOKED_AT = 10_000;

const AROUND = 40;

interface DryRunRow {
  matches: string;
  total: number;
  looked_at: number;
  has_older: boolean;
}

@Injectable()
export class FilterDryRuns {
  constructor(private readonly db: Database) {}

  /**
   * Which of the newest tickets, in whatever state they are, a rule would have meant and why; nothing is changed. Throws `Invalid` for a
   * rule that is not there, `Forbidden` when a saved rule is meant and the token may not read filters.
   */
  async run(actor: Actor, choice: RuleChoice, page: Page): Promise<JsonText> {
    const needles = await this.needlesOf(actor, choice);
    const { sql, values } = dryRunSql(actor, usedFields(needles), page);
    const found = only(await this.db.query<DryRunRow>(sql, values));
    const looked = `"looked_at":${found.looked_at},"has_older":${found.has_older}`;
    return new JsonText(`${pageHead(found.total, page)},${looked},"matches":${found.matches}}`);
  }

  private async needlesOf({ companyId, scopes }: Actor, { needles, ruleId, filterId }: RuleChoice): Promise<Needles> {
    if ([needles, ruleId, filterId].filter((given) => given !== undefined).length !== 1)
      throw Invalid.field('base', 'exactly one of rule, rule_id, filter_id is needed');
    if (needles) return needles;
    // The answer tells what a saved rule looks for. That texts of tickets are shown, the scope of the route covers.
    if (!mayGrant(scopes, ['filters:read'])) throw new Forbidden('The token lacks the scope filters:read');
    const fields = RULE_FIELDS.map((field) => `r.${field}`).join(', ');
    const sql =
      filterId === undefined
        ? `select ${fields} from filter_rules r where r.company_id = $1 and r.id = $2`
        : `select ${fields} from filters f join filter_rules r on r.company_id = f.company_id and r.id = f.rule_id
            where f.company_id = $1 and f.id = $2`;
    const id = filterId ?? (await this.ruleRow(companyId, ruleId ?? ''));
    const [rule] = await this.db.query<Needles>(sql, [companyId, id]);
    const noun = filterId === undefined ? 'rule' : 'filter';
    if (!rule) throw Invalid.field(`${noun}_id`, `is not a ${noun} of this company`);
    return rule;
  }

  private async ruleRow(companyId: number, id: string): Promise<number | null> {
    try {
      return await rowOf((sql, params) => this.db.query(sql, params), companyId, RULES, id);
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }
}

function dryRunSql(actor: Actor, used: ReturnType<typeof usedFields>, page: Page): { sql: string; values: unknown[] } {
  const params = new SqlParams();
  const company = params.add(actor.companyId);
  const isVisible = `(${params.add(actor.userId)}::bigint is null or true) and ${ticketVisibleSql(actor, 't')}`;
  const needles = used.map(([field, needle]) => ({ place: PLACES[field], field, needle: `${params.add(needle)}::text` }));
  const isMeant = needles.map(({ place, needle }) => containsSql(`lower(${place})`, needle)).join(' and ');
  const reasons = needles.map(
    ({ place, field, needle }) =>
      `json_build_object('field', '${field}', 'needle', ${needle}, 'found', ${foundSql(place, needle)})`,
  );
  const sql = `
    with looked as materialized (
      select id from tickets where company_id = ${company} order by created_at desc, id desc limit ${MOST_LOOKED_AT}
    ), meant as materialized (
      select t.id, t.created_at from looked join tickets t on t.company_id = ${company} and t.id = looked.id ${PLACE_JOINS} where ${isVisible} and ${isMeant}
    ), page as (
      select * from meant order by created_at desc, id desc limit ${params.add(page.perPage)} offset ${params.add(offsetOf(page))}
    )
    select (select count(*) from meant) as total, (select count(*) from looked) as looked_at,
      exists (select 1 from tickets where company_id = ${company} order by created_at desc, id desc offset ${MOST_LOOKED_AT} limit 1) as has_older,
      coalesce((select json_agg(json_build_object('ticket', json_build_object('id', t.id, 'subject', ${subjectSql('t')},
          'requester_email', req.email, 'created_at', ${timeSql('t.created_at')}), 'reasons', json_build_array(${reasons.join(', ')}))
        order by t.created_at desc, t.id desc)
      from page join tickets t on t.company_id = ${company} and t.id = page.id ${PLACE_JOINS}), '[]')::text as matches`;
  return { sql, values: params.values };
}

/** The first place of the needle with what stands around it; cut ends are marked. */
function foundSql(place: string, needle: string): string {
  // In some locales a text has another length in lower case; then the places in it are not those of the original.
  return `(select case when at > ${AROUND + 1} then '…' else '' end
      || substr(shown, greatest(at - ${AROUND}, 1), least(at - 1, ${AROUND}) + size + ${AROUND})
      || case when at + size + ${AROUND} <= length(shown) then '…' else '' end
    from (select strpos(lower(given), lower(${needle})) as at, length(lower(${needle})) as size,
      case when length(lower(given)) = length(given) then given else lower(given) end as shown
      from (select ${place} as given) text) located)`;
}
