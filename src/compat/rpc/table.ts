import type { DOCUMENTED } from './documented.table.js';
import type { RpcFunction } from './function.js';
import { ARTICLES } from './functions/articles.js';
import { AUTOMATIONS } from './functions/automations.js';
import { CONVERSATIONS } from './functions/conversations.js';
import { MESSAGES } from './functions/messages.js';
import { NOTES } from './functions/notes.js';
import { PEOPLE_CHANGING } from './functions/people-changing.js';
import { PRESENCE, TYPING } from './functions/presence.js';
import { SESSIONS } from './functions/sessions.js';
import { MAINTENANCE } from './functions/maintenance.js';
import { NOTIFICATIONS } from './functions/notifications.js';
import { MISC } from './functions/misc.js';
import { SETTINGS } from './functions/settings.js';
import { RATINGS } from './functions/ratings.js';
import { REPORTS } from './functions/reports.js';
import { FILES } from './functions/files.js';
import { USERS } from './functions/users.js';
import type { LATER } from './later.table.js';

type Later = (typeof LATER)[number];

/** What must be there; a name that is missing or misspelt does not compile. */
type Present = Exclude<(typeof DOCUMENTED)[number], Later> | (typeof UNPRINTED)[number];

/** Functions that clients call although no document prints them (real-servers.md section 2). */
export const UNPRINTED = ['update-users-last-activity', 'get-user-by'] as const;

/** Every function by its name. */
export const FUNCTIONS = {
  ...CONVERSATIONS,
  ...MESSAGES,
  ...NOTES,
  ...PRESENCE,
  ...TYPING,
  ...SESSIONS,
  ...USERS,
  ...PEOPLE_CHANGING,
  ...SETTINGS,
  ...ARTICLES,
  ...AUTOMATIONS,
  ...MAINTENANCE,
  ...MISC,
  ...NOTIFICATIONS,
  ...RATINGS,
  ...FILES,
  ...REPORTS,
} as const satisfies Record<Present, RpcFunction>;

export type FunctionName = keyof typeof FUNCTIONS;

/** The function of this name; undefined when there is none. */
export function functionNamed(name: string): RpcFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name as FunctionName] : undefined;
}
