import { VIEW_PARAMS_SQL } from '../../../access/view.js';
import { onlineSql } from '../../../users/presence.service.js';
import { firstNameSql, lastNameSql, personFields, personSql, userTypeSql, wholePersonFields } from './people.js';

/** A person (`$5`) as is-agent-typing shows him. */
export const TYPIST_SQL = `select json_build_object('id', u.id::text, 'first_name', ${firstNameSql('u')}, 'last_name', ${lastNameSql('u')})::text as view
  from users u where u.company_id = $1 and ${VIEW_PARAMS_SQL} and u.id = $5`;

/** By what the people who are online may be sorted; the latest or last comes first, as in the original. */
const SORTINGS: Record<string, string> = {
  id: 'u.id',
  creation_time: 'u.created_at',
  last_activity: 'p.seen_at',
  first_name: 'lower(u.first_name)',
  last_name: 'lower(u.last_name)',
  email: 'lower(u.email)',
  user_type: userTypeSql('u'),
};

export const SORTING_NAMES = Object.keys(SORTINGS);

const MOST_ONLINE = 1000;

/** Who is online but for some (`$5`); `$6` only staff. */
export const onlinePeopleSql = (sorting: string): string => `select ${personSql('u', wholePersonFields('u', 'p'))}
  from user_presences p join users u on u.company_id = p.company_id and u.id = p.user_id
  where p.company_id = $1 and ${VIEW_PARAMS_SQL} and ${onlineSql('p')} and u.kind not in ('customer_group', 'bot')
    and u.id <> all ($5::bigint[]) and (not $6::boolean or u.role <> 'customer')
  order by ${SORTINGS[sorting] ?? 'u.created_at'} desc nulls last, u.id desc limit ${MOST_ONLINE}`;

const LOGGED_IN = `'id', u.id::text, ${personFields('u')}, 'email', u.email, 'user_type', ${userTypeSql('u')}`;

/** A person (`$5`) who has logged in. */
export const LOGGED_IN_SQL = `select ${personSql('u', LOGGED_IN)} from users u where u.company_id = $1 and ${VIEW_PARAMS_SQL} and u.id = $5`;
