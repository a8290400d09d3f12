import { Injectable } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { eventActor, type Actor, type Role } from '../access/actor.js';
import { hashPassword } from '../platform/crypto/passwords.js';
import { Database, only, rows } from '../platform/database/database.js';
import { Conflict, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { presentUsers, tellOfChange, welcome } from './people.js';
import { writeDetails, type Detail } from './user-details.js';

/** What somebody may be (mapping.md section 4); the bot is nobody's to make. */
export const PERSON_TYPES = ['visitor', 'lead', 'user', 'agent', 'admin'] as const;
export type PersonType = (typeof PERSON_TYPES)[number];

/** What may be written of a person; what is undefined stays, and a null address is taken away. */
export interface ProfileChange {
  firstName?: string;
  lastName?: string;
  email?: string | null;
  profileImage?: string;
  password?: string;
  type?: PersonType;
  details: Detail[];
}

interface Known {
  role: Role;
  kind: string;
  email: string | null;
}

/** People of every kind, also those whom no address is known of, with their details. */
@Injectable()
export class Profiles {
  constructor(private readonly db: Database) {}

  /**
   * Makes a person, who is a visitor without an address and a user with one unless he is said to be something else; answers his id.
   * Throws `Taken` for an address that somebody has, `Invalid` for staff without one.
   */
  async add(actor: Actor, profile: ProfileChange): Promise<number> {
    const { email = null, profileImage = null, details } = profile;
    const { kind, role } = placeOf(profile.type ?? (email === null ? 'visitor' : 'user'));
    refuseNamelessStaff(role, email);
    const [first, last] = namesOf(profile);
    const hash = await hashOf(profile);
    return this.db.tx(async (em) => {
      const sql = `insert into users (company_id, kind, role, email, first_name, last_name, profile_image, password_hash, confirmed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, now()) returning id`;
      const params = [actor.companyId, kind, role, email, first, last, profileImage, hash];
      const { id } = only(await rows<{ id: number }>(em, sql, params));
      await writeDetails(em, actor.companyId, id, details);
      await welcome(em, actor, [id]);
      return id;
    });
  }

  /**
   * Changes what is given; doing it twice is harmless. An address makes a visitor a user. Throws `NotFound`, `Taken`, `Invalid` for staff
   * without an address, and `Conflict` for who would take his own role away.
   */
  async change(actor: Actor, id: number, change: ProfileChange): Promise<void> {
    const hash = await hashOf(change);
    await this.db.tx(async (em) => {
      const known = await lockPerson(em, actor, id);
      const email = change.email === undefined ? known.email : change.email;
      const place = nextPlace(known, email, change.type);
      refuseNamelessStaff(place.role, email);
      if (id === actor.userId && place.role !== known.role) throw new Conflict('You cannot take your own role away');
      const isWritten = await writePerson(em, actor, id, { ...change, ...place, email, hash });
      if (place.role === 'customer' && known.role !== 'customer')
        await rows(em, `delete from team_members where company_id = $1 and user_id = $2`, [actor.companyId, id]);
      const hasDetails = await writeDetails(em, actor.companyId, id, change.details);
      if (isWritten || hasDetails) await tellOfChange(em, actor, [id]);
      if (known.email === null && email !== null) await tellOfAddress(em, actor, id);
    });
  }
}

function placeOf(type: PersonType): { kind: string; role: Role } {
  return type === 'agent' || type === 'admin' ? { kind: 'user', role: type } : { kind: type, role: 'customer' };
}

/** An address makes a user of who had none, and without one he is a visitor again. */
function nextPlace({ kind, role, email: before }: Known, email: string | null, type?: PersonType): { kind: string; role: Role } {
  if (type !== undefined) return placeOf(type);
  if (role !== 'customer' || (before === null) === (email === null)) return { kind, role };
  return { kind: email === null ? (kind === 'user' ? 'visitor' : kind) : 'user', role };
}

function refuseNamelessStaff(role: Role, email: string | null): void {
  if (role !== 'customer' && email === null) throw Invalid.field('email', "can't be blank for staff");
}

// A person without any name is shown as "User #id"; half a name is filled up as the documents say.
function namesOf({ firstName, lastName }: ProfileChange): [string, string] {
  if (firstName === undefined && lastName === undefined) return ['', ''];
  return [firstName ?? 'User', lastName ?? `#${randomInt(10_000, 100_000)}`];
}

async function hashOf({ password }: ProfileChange): Promise<string | null> {
  return password === undefined ? null : hashPassword(password);
}

async function lockPerson(em: EntityManager, { companyId }: Actor, id: number): Promise<Known> {
  const sql = `select role, kind, email from users where company_id = $1 and id = $2 and kind not in ('bot', 'customer_group')
    for no key update`;
  const [found] = await rows<Known>(em, sql, [companyId, id]);
  if (!found) throw new NotFound('User', id);
  return found;
}

interface Written extends ProfileChange, Known {
  email: string | null;
  hash: string | null;
}

async function writePerson(em: EntityManager, { companyId }: Actor, id: number, person: Written): Promise<boolean> {
  const { firstName = null, lastName = null, email, profileImage = null, hash, kind, role } = person;
  const sql = `update users set first_name = coalesce($3, first_name), last_name = coalesce($4, last_name), email = $5,
      profile_image = coalesce($6, profile_image), password_hash = coalesce($7, password_hash), kind = $8, role = $9, updated_at = now()
    where company_id = $1 and id = $2 and ($7::text is not null or
      (first_name, last_name, email, profile_image, kind, role) is distinct from
      (coalesce($3, first_name), coalesce($4, last_name), $5, coalesce($6, profile_image), $8, $9)) returning 1`;
  const params = [companyId, id, firstName, lastName, email, profileImage, hash, kind, role];
  return (await rows(em, sql, params)).length > 0;
}

async function tellOfAddress(em: EntityManager, actor: Actor, id: number): Promise<void> {
  const user = only(await presentUsers(em, actor, [id]));
  await record(em, { companyId: actor.companyId, type: 'user.email_left', actor: eventActor(actor), data: { user } });
}
