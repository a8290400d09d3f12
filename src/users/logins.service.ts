import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor, Role, Visitor } from '../access/actor.js';
import { UserTokens } from '../access/user-tokens.js';
import { isPassword } from '../platform/crypto/passwords.js';
import { Database, only, rows } from '../platform/database/database.js';
import { NotFound, Unauthenticated } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import { Queues } from '../platform/queue/queues.js';
import { replaceLoginDetails, type LoginDetails } from './login-details.js';
import { LoginLimits } from './login-limits.js';
import { LoginValues, passwordMark } from './login-values.js';
import { presentUsers } from './people.js';

const LIFE_DAYS = 30;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const BATCH = 5000;
const LONGEST_PASSWORD = 1000;

export interface Login {
  userId: number;
  /** For the cookie `sb-login`. */
  value: string;
}

interface Session {
  id: number;
  expiresAt: Date;
}

interface Candidate {
  id: number;
  role: Role;
  email: string | null;
  password_hash: string | null;
}

const CANDIDATE = `select id, role, email, password_hash from users where company_id = $1 and kind not in ('customer_group', 'bot')`;

const SWEEP = `
  with past as materialized (
      select ctid from login_sessions where expires_at < now() limit ${BATCH} for update skip locked),
    gone as (delete from login_sessions where ctid = any (array(select ctid from past)) returning 1)
  select count(*) as gone from gone`;

/** People who log in by the RPC. A login is good as long as its row is there, so that its end holds for all processes at once. */
@Injectable()
export class Logins implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly limits: LoginLimits,
    private readonly values: LoginValues,
    private readonly tokens: UserTokens,
    private readonly queues: Queues,
  ) {}

  onModuleInit(): void {
    this.queues.schedule('sweep-logins', HOUR_MS, () => this.sweep());
  }

  /**
   * Logs a person in by e-mail and password; null, after the same time, when there is no such person or it is not his password.
   * Throws `TooMany`.
   */
  async byPassword(caller: Actor, address: string, email: string, password: string): Promise<Login | null> {
    const { companyId } = caller;
    return this.limits.attempt({ companyId, name: email.trim(), address }, async () => {
      const sql = `${CANDIDATE} and lower(email) = lower($2)`;
      const [candidate] = await this.db.query<Candidate>(sql, [companyId, email.trim()]);
      const isRight = await isPassword(password.slice(0, LONGEST_PASSWORD), candidate?.password_hash ?? null);
      return candidate && isRight && password.length <= LONGEST_PASSWORD ? this.open(caller, candidate) : null;
    });
  }

  /** The same by the person's id and the token that the RPC shows for him. */
  async byToken(caller: Actor, address: string, userId: number, token: string): Promise<Login | null> {
    return this.limits.attempt({ companyId: caller.companyId, name: String(userId), address }, async () => {
      const candidate = await this.holder(caller.companyId, userId, token);
      return candidate && this.open(caller, candidate);
    });
  }

  /** The person who shows his own token, as the one who acts, and may do nothing but log in; null when it is not his. */
  async actorOf(visitor: Visitor, userId: number, token: string): Promise<Actor | null> {
    const candidate = await this.holder(visitor.companyId, userId, token);
    if (!candidate) return null;
    const { companyId, company, baseUrl } = visitor;
    const person = { userId, role: candidate.role, email: candidate.email };
    // No API token has such a number: for limits he is a caller of his own.
    return {
      companyId,
      company,
      baseUrl,
      ...person,
      scopes: ['users:write'],
      tokenId: -userId,
      tokenExpiresAt: null,
      seesAllTeams: false,
    };
  }

  /** Who has logged in with this value; null when it is none of this company, has expired, or has been ended. */
  async userOf(companyId: number, value: string): Promise<number | null> {
    const ticket = this.values.read(companyId, value);
    if (!ticket) return null;
    const sql = `select u.password_hash from login_sessions s join users u on u.company_id = s.company_id and u.id = s.user_id
      where s.company_id = $1 and s.id = $2 and s.user_id = $3 and s.expires_at > now()`;
    const [found] = await this.db.query<{ password_hash: string | null }>(sql, [companyId, ticket.sessionId, ticket.userId]);
    return found && passwordMark(found.password_hash) === ticket.passwordMark ? ticket.userId : null;
  }

  /** Ends the login of this value; without one all of the actor. What has ended already is harmless. */
  async end(actor: Actor, value: string | null): Promise<void> {
    const ticket = value === null ? null : this.values.read(actor.companyId, value);
    if (value !== null && ticket === null) return;
    const sql = `delete from login_sessions where company_id = $1 and case when $2::bigint is null then user_id = $3 else id = $2 end`;
    await this.db.tx((em) => rows(em, sql, [actor.companyId, ticket?.sessionId ?? null, actor.userId]));
  }

  /**
   * Replaces the details of the active user, who has logged in with this value or, without one, owns the token. Answers a new value, and the
   * old one is good no more. Throws `Unauthenticated` for a value that is not good, and `Invalid` as {@link replaceLoginDetails}.
   */
  async replaceDetails(actor: Actor, value: string | null, details: LoginDetails): Promise<string> {
    const { companyId } = actor;
    const userId = value === null ? actor.userId : await this.userOf(companyId, value);
    if (userId === null) throw new Unauthenticated('The login has ended');
    return this.db.tx(async (em) => {
      const { passwordHash } = await replaceLoginDetails(em, actor, userId, details);
      const old = value === null ? null : this.values.read(companyId, value);
      await rows(em, 'delete from login_sessions where company_id = $1 and id = $2', [companyId, old?.sessionId ?? null]);
      const session = await insertSession(em, companyId, userId, passwordHash);
      if (!session) throw new NotFound('User', userId);
      return this.valueOf(companyId, userId, session, passwordHash);
    });
  }

  /** Removes logins that have expired. */
  async sweep(): Promise<void> {
    for (let gone = BATCH; gone === BATCH;) ({ gone } = only(await this.db.query<{ gone: number }>(SWEEP)));
  }

  private async holder(companyId: number, userId: number, token: string): Promise<Candidate | null> {
    const [candidate] = await this.db.query<Candidate>(`${CANDIDATE} and id = $2`, [companyId, userId]);
    const holder = { companyId, userId, passwordHash: candidate?.password_hash ?? null };
    return this.tokens.isUserToken(token, holder) && candidate ? candidate : null;
  }

  private open(caller: Actor, { id, role, password_hash: passwordHash }: Candidate): Promise<Login | null> {
    return this.db.tx(async (em) => {
      const session = await insertSession(em, caller.companyId, id, passwordHash);
      if (session === null) return null;
      const user = only(await presentUsers(em, caller, [id]));
      await record(em, { companyId: caller.companyId, type: 'user.signed_in', actor: { id, role }, data: { user } });
      return { userId: id, value: this.valueOf(caller.companyId, id, session, passwordHash) };
    });
  }

  private valueOf(companyId: number, userId: number, session: Session, passwordHash: string | null): string {
    const expiresAtMs = session.expiresAt.getTime();
    return this.values.write(companyId, { sessionId: session.id, userId, expiresAtMs, passwordMark: passwordMark(passwordHash) });
  }
}

// Null when the person has gone, or has another password, since he was looked at.
async function insertSession(
  em: EntityManager,
  companyId: number,
  userId: number,
  passwordHash: string | null,
): Promise<Session | null> {
  const sql = `insert into login_sessions (company_id, user_id, expires_at)
    select u.company_id, u.id, $4 from users u where u.company_id = $1 and u.id = $2 and u.password_hash is not distinct from $3 for key share
    returning id, expires_at as "expiresAt"`;
  const expiresAt = new Date(Date.now() + LIFE_DAYS * DAY_MS);
  const [session] = await rows<Session>(em, sql, [companyId, userId, passwordHash, expiresAt]);
  return session ?? null;
}
