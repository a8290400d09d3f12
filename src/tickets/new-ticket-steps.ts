import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor, Visitor } from '../access/actor.js';

/** Does something to a ticket that has just been opened and recorded, in the same transaction; true when that changed the ticket. */
export type NewTicketStep = (em: EntityManager, caller: Actor | Visitor, ticketId: number) => Promise<boolean>;

/** What the modules above have done to every new ticket; they add it when they start, so that tickets need not know them. */
@Injectable()
export class NewTicketSteps {
  private readonly steps: NewTicketStep[] = [];
  private readonly lastSteps: NewTicketStep[] = [];

  add(step: NewTicketStep): void {
    this.steps.push(step);
  }

  /** For what looks at how all others have left the ticket, whoever opened it among them. */
  addLast(step: NewTicketStep): void {
    this.lastSteps.push(step);
  }

  /** Takes every step in the order in which they were added; true when any changed the ticket. */
  async take(em: EntityManager, caller: Actor | Visitor, ticketId: number): Promise<boolean> {
    return takeEach(this.steps, em, caller, ticketId);
  }

  /** The same of the last ones. */
  async takeLast(em: EntityManager, caller: Actor | Visitor, ticketId: number): Promise<boolean> {
    return takeEach(this.lastSteps, em, caller, ticketId);
  }
}

async function takeEach(
  steps: readonly NewTicketStep[],
  em: EntityManager,
  caller: Actor | Visitor,
  ticketId: number,
): Promise<boolean> {
  let isChanged = false;
  for (const step of steps) isChanged = (await step(em, caller, ticketId)) || isChanged;
  return isChanged;
}
