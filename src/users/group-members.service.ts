import { Injectable } from '@nestjs/common';
import { eventActor, type Actor } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { Database, only, rows } from '../platform/database/database.js';
import { offsetOf, pageHead, type Page } from '../platform/database/page.js';
import { Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { JsonText } from '../platform/http/json-text.js';
import { presentUsers } from './people.js';
import { userSql } from './user.view.js';

const GROUP = `select 1 from users where company_id = $1 and id = $2 and kind = 'customer_group'`;

@Injectable()
export class GroupMembers {
  constructor(private readonly db: Database) {}

  /** One page of the people of a customer group. Throws `NotFound` when the id is no group. */
  async list(actor: Actor, groupId: number, page: Page): Promise<JsonText> {
    if ((await this.db.query(GROUP, [actor.companyId, groupId])).length === 0) throw new NotFound('CustomerGroup', groupId);
    const count = `select count(*) as total from group_members where company_id = $1 and group_id = $2`;
    const content = `select coalesce(json_agg(${userSql('u')} order by u.id), '[]')::text as users
      from (select u.* from group_members m join users u on u.company_id = m.company_id and u.id = m.user_id
        where m.company_id = $1 and m.group_id = $5 and ${VIEW_PARAMS_SQL} order by u.id limit $6 offset $7) u`;
    const [{ total }, { users }] = await Promise.all([
      this.db.query<{ total: number }>(count, [actor.companyId, groupId]).then(only),
      this.db.query<{ users: string }>(content, [...viewParams(actor), groupId, page.perPage, offsetOf(page)]).then(only),
    ]);
    return new JsonText(`${pageHead(total, page)},"users":${users}}`);
  }

  /** Puts a customer into a group; doing it twice is harmless. Throws `NotFound` for no group, `Invalid` for no customer. */
  async add(actor: Actor, groupId: number, userId: number): Promise<string> {
    return this.db.tx(async (em) => {
      if ((await rows(em, GROUP, [actor.companyId, groupId])).length === 0) throw new NotFound('CustomerGroup', groupId);
      const customer = `select 1 from users where company_id = $1 and id = $2 and role = 'customer' and kind <> 'customer_group'`;
      if ((await rows(em, customer, [actor.companyId, userId])).length === 0)
        throw Invalid.field('id', 'is not a customer of this company');
      const insert = `insert into group_members (company_id, group_id, user_id) values ($1, $2, $3) on conflict do nothing returning 1`;
      const added = await rows(em, insert, [actor.companyId, groupId, userId]);
      const user = only(await presentUsers(em, actor, [userId]));
      if (added.length > 0) {
        const group = only(await presentUsers(em, actor, [groupId]));
        const data = { customer_group: group, user };
        await record(em, { companyId: actor.companyId, type: 'customer_group.member_added', actor: eventActor(actor), data });
      }
      return user;
    });
  }
}
