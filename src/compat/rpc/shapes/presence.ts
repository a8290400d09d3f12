import { VIEW_PARAMS_SQL } from '../../../access/view.js';
import { firstNameSql, lastNameSql } from './people.js';

/** A person (`$5`) as is-agent-typing shows him. */
export const TYPIST_SQL = `select json_build_object('id', u.id::text, 'first_name', ${firstNameSql('u')}, 'last_name', ${lastNameSql('u')})::text as view
  from users u where u.company_id = $1 and ${VIEW_PARAMS_SQL} and u.id = $5`;
