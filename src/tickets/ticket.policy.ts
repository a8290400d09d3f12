import { isAgent, isStaff, type Actor, type Visitor } from '../access/actor.js';
import { Forbidden } from '../platform/errors/app-errors.js';

/** Anybody may open a ticket but collaborators; customers only for themselves (supportbee.md A26). */
export function refuseUnlessMayOpen(caller: Actor | Visitor, requesterEmail: string): void {
  if (caller.role === 'collaborator') throw new Forbidden('Collaborators do not open tickets');
  if (caller.role === 'customer' && caller.email?.toLowerCase() !== requesterEmail.toLowerCase())
    throw new Forbidden('Customers open tickets for themselves only');
}

export function refuseUnlessMayReply(actor: Actor): void {
  if (actor.role === 'collaborator') throw new Forbidden('Collaborators write comments only');
}

export function refuseUnlessMayComment(actor: Actor): void {
  if (!isStaff(actor)) throw new Forbidden('Comments are internal');
}

/** An address is proven when staff gave it, or the customer himself by his token; anybody may write any address without one. */
export function provesRequester(caller: Actor | Visitor): boolean {
  return isAgent(caller) || caller.role === 'customer';
}
