import type { Visit } from './conditions.js';

/** A person whom automations may be for, with what is known of him. */
export interface Person {
  id: number;
  /** Of staff nothing is looked at: automations are for customers. */
  role: string;
  kind: string;
  email: string | null;
  name: string | null;
  wantsMail: boolean;
  madeAt: Date;
  seenAt: Date | null;
  /** Only while he is at the desk. */
  page: string | null;
  details: Record<string, string>;
}

/** Who was seen within so long is at the desk, as far as automations are concerned. */
export const VISIT_MINUTES = 30;

const SLUGS = [
  ...[
    'language',
    'browser_language',
    'country',
    'country_code',
    'city',
    'location',
    'browser',
    'os',
    'phone',
    'referring',
    'referrer',
  ],
];

export const atTheDeskSql = (p: string): string => `${p}.seen_at > now() - interval '${VISIT_MINUTES} minutes'`;

/** A {@link Person} of the row `u` of users. */
export const personFieldsSql = (u: string): string => `${u}.id, ${u}.role, ${u}.kind, ${u}.email, ${u}.created_at as "madeAt",
  nullif(trim(${u}.first_name || ' ' || ${u}.last_name), '') as name,
  coalesce((select n.automation from notification_settings n where n.company_id = ${u}.company_id and n.user_id = ${u}.id), true) as "wantsMail",
  (select p.seen_at from user_presences p where p.company_id = ${u}.company_id and p.user_id = ${u}.id) as "seenAt",
  (select nullif(p.current_url, '') from user_presences p where p.company_id = ${u}.company_id and p.user_id = ${u}.id
    and ${atTheDeskSql('p')}) as page,
  (select coalesce(json_object_agg(d.slug, d.value), '{}') from user_details d
    where d.company_id = ${u}.company_id and d.user_id = ${u}.id and d.slug in (${SLUGS.map((slug) => `'${slug}'`).join(', ')})) as details`;

/** What conditions look at; of staff, and of nobody in particular, that is nothing but the time. */
export function visitOf(person: Person | null, now: Date): Visit {
  if (!person || person.role !== 'customer') return { ...NOBODY, now };
  const { details, kind, page, madeAt, seenAt } = person;
  const [city = '', ...country] = (details['location'] ?? '').split(',');
  return {
    now,
    userType: kind === 'visitor' || kind === 'lead' || kind === 'user' ? kind : null,
    page,
    referrer: details['referring'] ?? details['referrer'] ?? null,
    madeAt,
    seenAt,
    languages: known(details['language'] ?? details['browser_language']),
    countries: known(details['country'], details['country_code'], country.join(',')),
    cities: known(details['city'] ?? city),
    browsers: known(details['browser']),
    systems: known(details['os']),
  };
}

const NOBODY = {
  ...{ userType: null, page: null, referrer: null, madeAt: null, seenAt: null },
  ...{ languages: [], countries: [], cities: [], browsers: [], systems: [] },
};

function known(...words: (string | undefined)[]): string[] {
  return words.map((word) => (word ?? '').trim()).filter((word) => word !== '');
}

/** In which language he is addressed, in lower case; empty for the one in which automations are written. */
export function languageOf({ details }: Pick<Person, 'details'>): string {
  return (details['language'] ?? details['browser_language'] ?? '').trim().toLowerCase().replace('_', '-');
}
