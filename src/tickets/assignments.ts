import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { eventActor, type Acting, type Actor } from '../access/actor.js';
import { VIEW_PARAMS_SQL, viewParams } from '../access/view.js';
import { Database, only, rows } from '../platform/database/database.js';
import { Conflict, Invalid, NotFound } from '../platform/errors/app-errors.js';
import { record } from '../platform/events/record.js';
import type { Precondition } from '../platform/http/if-match.js';
import { JsonText } from '../platform/http/json-text.js';
import { assignmentSql, ASSIGNMENT_JOINS } from './assignment.view.js';
import { lockTicket, presentTicket, refuseUnlessVisible, type LockedTicket } from './ticket-rows.js';

/** Which of the two a ticket is given to or taken from. */
export type AssigneeKind = 'user' | 'team';

const COLUMNS = { user: 'user_assignee_id', team: 'team_assignee_id' } as const;
const MOST_ASSIGNMENTS = 1000;

const VIEW = `select (${assignmentSql('s')})::text as view from assignments s ${ASSIGNMENT_JOINS}
  where s.company_id = $1 and ${VIEW_PARAMS_SQL} and s.id = $5`;

/** True for a row `u` of users to whom tickets can be given. */
export const assignableSql = (u: string): string => `(${u}.kind = 'user' and ${u}.role in ('admin', 'agent'))`;

@Injectable()
export class Assignments {
  constructor(private readonly db: Database) {}

  /** Who had the ticket and when, oldest first. Throws `NotFound`. */
  async list(actor: Actor, ticketId: number): Promise<JsonText> {
    await refuseUnlessVisible(this.db, actor, ticketId);
    const sql = `select coalesce(json_agg(${assignmentSql('s')} order by s.id), '[]')::text as view from assignments s ${ASSIGNMENT_JOINS}
      where s.company_id = $1 and ${VIEW_PARAMS_SQL} and s.ticket_id = $5
        and s.id >= coalesce((select id from assignments where company_id = $1 and ticket_id = $5 order by id desc offset ${MOST_ASSIGNMENTS - 1} limit 1), 0)`;
    const { view } = only(await this.db.query<{ view: string }>(sql, [...viewParams(actor), ticketId]));
    return new JsonText(`{"assignments":${view}}`);
  }

  /**
   * Gives a ticket to a person. Throws `NotFound`; `Invalid` when he is no agent; `Conflict` when he has it already or is not in the team
   * that has it (real-servers.md section 1).
   */
  async assignUser(actor: Actor, ticketId: number, userId: number): Promise<string> {
    return this.db.tx(async (em) => assignUser(em, actor, await lockTicket(em, actor, ticketId), userId));
  }

  /** Gives a ticket to a team; another team takes it from its person, the same team leaves it to him. Throws `NotFound`, `Invalid`. */
  async assignTeam(actor: Actor, ticketId: number, teamId: number): Promise<string> {
    return this.db.tx(async (em) => assignTeam(em, actor, await lockTicket(em, actor, ticketId), teamId));
  }

  /** Takes a ticket from its person or team; harmless when nobody has it. Throws `NotFound`, `PreconditionFailed`. */
  async unassign(actor: Actor, ticketId: number, kind: AssigneeKind, ifMatch?: Precondition): Promise<void> {
    await this.db.tx(async (em) => {
      await lockTicket(em, actor, ticketId, ifMatch);
      await unassign(em, actor, ticketId, kind);
    });
  }
}

/** {@link Assignments.assignUser} for a ticket that is locked already. */
export async function assignUser(em: EntityManager, actor: Acting, ticket: LockedTicket, userId: number): Promise<string> {
  const sql = `select exists (select 1 from team_members m where m.company_id = $1 and m.user_id = $2 and m.team_id = $3) as of_team
    from users u where u.company_id = $1 and u.id = $2 and ${assignableSql('u')}`;
  const [agent] = await rows<{ of_team: boolean }>(em, sql, [actor.companyId, userId, ticket.team_assignee_id]);
  if (!agent) throw Invalid.field('user_id', 'is not an agent of this company');
  if (ticket.user_assignee_id === userId) throw new Conflict('The ticket is assigned to this user already');
  if (ticket.team_assignee_id !== null && !agent.of_team) throw new Conflict("The user is not a member of the ticket's team");
  return assign(em, actor, ticket.id, 'user', userId);
}

/** {@link Assignments.assignTeam} for a ticket that is locked already. */
export async function assignTeam(em: EntityManager, actor: Acting, ticket: LockedTicket, teamId: number): Promise<string> {
  const known = await rows(em, `select 1 from teams where company_id = $1 and id = $2 and deleted_at is null for key share`, [
    actor.companyId,
    teamId,
  ]);
  if (known.length === 0) throw Invalid.field('team_id', 'is not a team of this company');
  const isAnother = ticket.team_assignee_id !== null && ticket.team_assignee_id !== teamId;
  if (isAnother) await unassign(em, actor, ticket.id, 'user');
  return assign(em, actor, ticket.id, 'team', teamId);
}

const KNOWN = {
  user: `select 1 from users where company_id = $1 and id = $2 and kind = 'user' and role <> 'customer' for key share`,
  team: `select 1 from teams where company_id = $1 and id = $2 and deleted_at is null for key share`,
} as const;

/**
 * Gives a locked ticket to a person or team, or to none, by the looser rule of mapping.md section 5: team and person need not fit, and neither
 * takes the ticket from the other. `notice` is what they are told of it beside the usual words. Harmless when it is so already; then nobody
 * is told. Throws `NotFound` for whom nobody knows.
 */
export async function giveTo(
  em: EntityManager,
  actor: Acting,
  ticket: LockedTicket,
  kind: AssigneeKind,
  assigneeId: number | null,
  notice: string | null = null,
): Promise<void> {
  const holder = kind === 'user' ? ticket.user_assignee_id : ticket.team_assignee_id;
  if (assigneeId === null) await unassign(em, actor, ticket.id, kind);
  else if (holder !== assigneeId) {
    if ((await rows(em, KNOWN[kind], [actor.companyId, assigneeId])).length === 0)
      throw new NotFound(kind === 'user' ? 'User' : 'Team', assigneeId);
    await assign(em, actor, ticket.id, kind, assigneeId, notice);
  }
}

async function assign(
  em: EntityManager,
  actor: Acting,
  ticketId: number,
  kind: AssigneeKind,
  assigneeId: number,
  notice: string | null = null,
): Promise<string> {
  await endAssignments(em, actor, ticketId, kind);
  await rows(em, `update tickets set ${COLUMNS[kind]} = $3, updated_at = now() where company_id = $1 and id = $2`, [
    actor.companyId,
    ticketId,
    assigneeId,
  ]);
  const insert = `insert into assignments (company_id, ticket_id, ${kind}_id, assigned_by_id) values ($1, $2, $3, $4) returning id`;
  const { id } = only(await rows<{ id: number }>(em, insert, [actor.companyId, ticketId, assigneeId, actor.userId]));
  const { view } = only(await rows<{ view: string }>(em, VIEW, [...viewParams(actor), id]));
  await recordAssigned(em, actor, ticketId, kind, view, notice);
  return view;
}

/** Takes a locked ticket from its person or team; false when nobody had it. */
export async function unassign(em: EntityManager, actor: Acting, ticketId: number, kind: AssigneeKind): Promise<boolean> {
  const sql = `update tickets set ${COLUMNS[kind]} = null, updated_at = now() where company_id = $1 and id = $2 and ${COLUMNS[kind]} is not null returning 1`;
  if ((await rows(em, sql, [actor.companyId, ticketId])).length === 0) return false;
  const [ended] = await endAssignments(em, actor, ticketId, kind);
  const view = ended === undefined ? 'null' : only(await rows<{ view: string }>(em, VIEW, [...viewParams(actor), ended])).view;
  await recordUnassigned(em, actor, ticketId, kind, view);
  return true;
}

async function endAssignments(em: EntityManager, actor: Acting, ticketId: number, kind: AssigneeKind): Promise<number[]> {
  const sql = `update assignments set ended_at = now() where company_id = $1 and ticket_id = $2 and ${kind}_id is not null and ended_at is null returning id`;
  const ended = await rows<{ id: number }>(em, sql, [actor.companyId, ticketId]);
  return ended.map(({ id }) => id);
}

async function recordAssigned(
  em: EntityManager,
  actor: Acting,
  ticketId: number,
  kind: AssigneeKind,
  view: string,
  notice: string | null,
): Promise<void> {
  const event = { companyId: actor.companyId, actor: eventActor(actor), ticketId };
  const told = { ticket: await presentTicket(em, actor, ticketId), notice: JSON.stringify(notice) };
  if (kind === 'user') await record(em, { ...event, type: 'ticket.assigned_to_user', data: { ...told, user_assignment: view } });
  else await record(em, { ...event, type: 'ticket.assigned_to_team', data: { ...told, team_assignment: view } });
}

async function recordUnassigned(
  em: EntityManager,
  actor: Acting,
  ticketId: number,
  kind: AssigneeKind,
  view: string,
): Promise<void> {
  const event = { companyId: actor.companyId, actor: eventActor(actor), ticketId };
  const ticket = await presentTicket(em, actor, ticketId);
  if (kind === 'user')
    await record(em, { ...event, type: 'ticket.unassigned_from_user', data: { ticket, user_assignment: view } });
  else await record(em, { ...event, type: 'ticket.unassigned_from_team', data: { ticket, team_assignment: view } });
}
