import { personTypeSql } from '../../../users/person-types.js';
import { plainTimeSql } from '../../plain-time.js';

/** Pieces of `json_build_object` about a person, the row `u` of users, in a statement that begins with `viewParams`. */

const hasName = (u: string) => `(${u}.first_name <> '' or ${u}.last_name <> '')`;

// mapping.md section 4.
export const firstNameSql = (u: string): string => `case when ${hasName(u)} then ${u}.first_name else 'User' end`;
export const lastNameSql = (u: string): string => `case when ${hasName(u)} then ${u}.last_name else '#' || ${u}.id end`;

export const imageSql = (u: string): string => `coalesce(${u}.profile_image, $3::text || '/images/users/128.png')`;

export const userTypeSql = personTypeSql;

/** `first_name`, `last_name` and `profile_image`, each behind the prefix. */
export const personFields = (u: string, prefix = ''): string =>
  `'${prefix}first_name', ${firstNameSql(u)}, '${prefix}last_name', ${lastNameSql(u)}, '${prefix}profile_image', ${imageSql(u)}`;

/** The fields of a person `u` whose presence, if any, is the row `p`, but for his token. */
export const wholePersonFields = (u: string, p: string): string => `'id', ${u}.id::text, ${personFields(u)}, 'email', ${u}.email,
  'user_type', ${userTypeSql(u)}, 'creation_time', ${plainTimeSql(`${u}.created_at`)},
  'last_activity', ${plainTimeSql(`coalesce(${p}.seen_at, ${u}.created_at)`)}, 'department', ${departmentSql(u)}`;

// mapping.md section 5: many teams are kept, and the first is read.
const departmentSql = (u: string) =>
  `(select min(tm.team_id)::text from team_members tm where tm.company_id = ${u}.company_id and tm.user_id = ${u}.id)`;

/** What `RpcPeople.find` reads of a person. */
export const personSql = (u: string, fields: string): string =>
  `${u}.id, ${u}.password_hash, json_build_object(${fields}) as view`;
