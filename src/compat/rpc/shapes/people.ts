/** Pieces of `json_build_object` about a person, the row `u` of users, in a statement that begins with `viewParams`. */

const hasName = (u: string) => `(${u}.first_name <> '' or ${u}.last_name <> '')`;

// mapping.md section 4.
export const firstNameSql = (u: string): string => `case when ${hasName(u)} then ${u}.first_name else 'User' end`;
export const lastNameSql = (u: string): string => `case when ${hasName(u)} then ${u}.last_name else '#' || ${u}.id end`;

export const imageSql = (): string => `$3::text || '/images/users/128.png'`;

export const userTypeSql = (u: string): string => `case when ${u}.kind = 'bot' then 'bot' when ${u}.role = 'admin' then 'admin'
  when ${u}.role <> 'customer' then 'agent' when ${u}.kind <> 'user' then ${u}.kind when ${u}.email is null then 'visitor' else 'user' end`;

/** `first_name`, `last_name` and `profile_image`, each behind the prefix. */
export const personFields = (u: string, prefix = ''): string =>
  `'${prefix}first_name', ${firstNameSql(u)}, '${prefix}last_name', ${lastNameSql(u)}, '${prefix}profile_image', ${imageSql()}`;
