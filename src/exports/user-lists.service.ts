import { Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { timeSql } from '../access/view.js';
import { Database } from '../platform/database/database.js';
import { personTypeSql } from '../users/person-types.js';
import { csvLine } from './csv.js';
import { Exports } from './exports.service.js';

interface Person {
  id: number;
  cells: string[];
  details: Record<string, string> | null;
}

const BATCH = 500;
const MOST_DETAILS = 100;
const COLUMNS = ['id', 'first_name', 'last_name', 'email', 'profile_image', 'user_type', 'creation_time', 'last_activity'];

// From one slug to the next through the index, and not through every detail of everybody.
const SLUGS = `
  with recursive known as (
    (select slug from user_details where company_id = $1 order by slug limit 1)
    union all
    select (select d.slug from user_details d where d.company_id = $1 and d.slug > known.slug order by d.slug limit 1)
    from known where known.slug is not null)
  select slug from known where slug is not null limit ${MOST_DETAILS}`;

const PEOPLE = `
  select u.id, array[u.id::text, u.first_name, u.last_name, coalesce(u.email, ''), coalesce(u.profile_image, ''), ${personTypeSql('u')},
      ${timeSql('u.created_at')}, ${timeSql('coalesce(p.seen_at, u.created_at)')}] as cells,
    (select json_object_agg(d.slug, d.value) from user_details d where d.company_id = u.company_id and d.user_id = u.id and d.slug = any ($3)) as details
  from users u left join user_presences p on p.company_id = u.company_id and p.user_id = u.id
  where u.company_id = $1 and u.id > $2 and u.kind not in ('customer_group', 'bot') order by u.id limit ${BATCH}`;

/** Everybody whom a company knows, written down as a file. */
@Injectable()
export class UserLists {
  constructor(
    private readonly db: Database,
    private readonly exports: Exports,
  ) {}

  /**
   * Writes all people, the oldest first, to a CSV file, and answers its address. Behind what everybody has there is a column for each kind
   * of detail, up to 100 of them.
   */
  async write(actor: Actor): Promise<string> {
    return this.exports.write(actor, { name: 'users', type: 'csv', content: this.text(actor) });
  }

  private async *text({ companyId }: Actor): AsyncGenerator<string> {
    const slugs = (await this.db.query<{ slug: string }>(SLUGS, [companyId])).map(({ slug }) => slug);
    yield csvLine([...COLUMNS, ...slugs]);
    let last: number | undefined = 0;
    while (last !== undefined) {
      const batch: Person[] = await this.db.query<Person>(PEOPLE, [companyId, last, slugs]);
      yield batch.map(({ cells, details }) => csvLine([...cells, ...slugs.map((slug) => details?.[slug] ?? '')])).join('');
      last = batch.length === BATCH ? batch.at(-1)?.id : undefined;
    }
  }
}
