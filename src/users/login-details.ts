import type { EntityManager } from 'typeorm';
import { eventActor, type Actor, type Role } from '../access/actor.js';
import { only, rows } from '../platform/database/database.js';
import { NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { presentUsers } from './people.js';
import { replaceTeams } from './users.service.js';

/** All of them together; an empty one takes away what was there. */
export interface LoginDetails {
  profileImage: string;
  firstName: string;
  lastName: string;
  email: string;
  teamId: number | null;
}

// Nobody of the staff can be without an address, so that his stays when none is given.
const REPLACE = `
  update users set profile_image = nullif($3, ''), first_name = $4, last_name = $5, updated_at = now(),
    email = coalesce(nullif($6, ''), case when role <> 'customer' then email end)
  where company_id = $1 and id = $2 and kind not in ('customer_group', 'bot')
  returning role, password_hash as "passwordHash"`;

/**
 * Replaces the details of a person who has logged in; the log tells of it. The team is that of staff only, whose teams stay when none is
 * given. Throws `NotFound`, `Invalid` on a taken e-mail or an unknown team. Answers what his login is made of.
 */
export async function replaceLoginDetails(
  em: EntityManager,
  actor: Actor,
  userId: number,
  { profileImage, firstName, lastName, email, teamId }: LoginDetails,
): Promise<{ role: Role; passwordHash: string | null }> {
  const { companyId } = actor;
  const params = [companyId, userId, profileImage, firstName, lastName, email];
  const [found] = await rows<{ role: Role; passwordHash: string | null }>(em, REPLACE, params);
  if (!found) throw new NotFound('User', userId);
  if (teamId !== null && found.role !== 'customer') await replaceTeams(em, companyId, userId, [teamId]);
  const user = only(await presentUsers(em, actor, [userId]));
  await record(em, { companyId, type: 'user.updated', actor: eventActor(actor), data: { user } });
  return found;
}
