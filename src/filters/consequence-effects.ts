import type { EntityManager } from 'typeorm';
import type { Acting } from '../access/actor.js';
import { Invalid, NotFound } from '../platform/errors/app-errors.js';
import { assignTeam, assignUser } from '../tickets/assignments.js';
import { addLabel } from '../tickets/ticket-labels.js';
import { lockTicket } from '../tickets/ticket-rows.js';
import { turnSwitch } from '../tickets/ticket-switches.js';

/** What the row of a consequence says. */
export interface ConsequenceRow {
  archive: boolean;
  spam: boolean;
  trash: boolean;
  /** The name that was given; `label` is the one that the label has now, null when it is gone. */
  label_name: string | null;
  label: string | null;
  assigns: 'user' | 'team' | null;
  user_id: number | null;
  team_id: number | null;
}

type Effect = (em: EntityManager, actor: Acting, ticketId: number) => Promise<void>;

/** One thing that a consequence does, under its name in the contract. */
export interface Part {
  name: 'label' | 'assign_user' | 'assign_team' | 'archive' | 'spam' | 'trash';
  /** Doing what is done already is harmless; throws an `AppError` when it cannot be done. */
  effect: Effect;
}

/** What a consequence does, in the order in which it does it. */
export function partsOf(consequence: ConsequenceRow): Part[] {
  const { label_name: given, label, assigns, user_id: userId, team_id: teamId } = consequence;
  const switches = (['archive', 'spam', 'trash'] as const).filter((name) => consequence[name]);
  return [
    ...(given === null ? [] : [{ name: 'label', effect: labelling(given, label) } as const]),
    ...(assigns === 'user' ? [{ name: 'assign_user', effect: givingToUser(userId) } as const] : []),
    ...(assigns === 'team' ? [{ name: 'assign_team', effect: givingToTeam(teamId) } as const] : []),
    ...switches.map((name) => ({ name, effect: turning(name) })),
  ];
}

function labelling(given: string, label: string | null): Effect {
  return async (em, actor, ticketId) => {
    if (label === null) throw new NotFound('Label', given);
    await addLabel(em, actor, ticketId, label);
  };
}

function givingToUser(userId: number | null): Effect {
  return async (em, actor, ticketId) => {
    if (userId === null) throw Invalid.field('assign_user', 'is gone');
    const ticket = await lockTicket(em, actor, ticketId);
    if (ticket.user_assignee_id !== userId) await assignUser(em, actor, ticket, userId);
  };
}

function givingToTeam(teamId: number | null): Effect {
  return async (em, actor, ticketId) => {
    if (teamId === null) throw Invalid.field('assign_team', 'is gone');
    const ticket = await lockTicket(em, actor, ticketId);
    if (ticket.team_assignee_id !== teamId) await assignTeam(em, actor, ticket, teamId);
  };
}

function turning(name: 'archive' | 'spam' | 'trash'): Effect {
  return async (em, actor, ticketId) => {
    await turnSwitch(em, actor, ticketId, name, true);
  };
}
