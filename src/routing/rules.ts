import type { EntityManager } from 'typeorm';
import { heldSettings } from '../settings/held-settings.js';

/** How a company wants its conversations given to agents. */
export interface RoutingRules {
  isByLoad: boolean;
  /** Whether a conversation of a department goes to its members only. */
  isByTeam: boolean;
  /** Whether people who are not online get some while nobody of them is. */
  reachesOffline: boolean;
  /** Whether those for which nobody is free wait. */
  hasQueue: boolean;
  /** How many open conversations an agent may have for getting one more; 0: any number. */
  mostOpen: number;
  /** How long a conversation is taken to last when nobody knows better. */
  assumedSeconds: number;
}

const KEYS = [
  ...(['routing', 'routing-method', 'routing-departments', 'routing-offline'] as const),
  ...(['queue-active', 'queue-concurrent-chats', 'queue-response-time'] as const),
];

/** Null where conversations are not given to anybody by the desk. */
export async function readRules(em: EntityManager, companyId: number): Promise<RoutingRules | null> {
  const held = await heldSettings(em, companyId, KEYS);
  if (!held.routing && !held['queue-active']) return null;
  return {
    isByLoad: held['routing-method'] === 'least-loaded',
    isByTeam: held['routing-departments'],
    reachesOffline: held['routing-offline'] === 'anybody',
    hasQueue: held['queue-active'],
    mostOpen: held['queue-concurrent-chats'],
    assumedSeconds: held['queue-response-time'] * 60,
  };
}

/** The department that matters for a ticket; null when anybody may have it. */
export const scopeOf = ({ isByTeam }: RoutingRules, teamId: number | null): number | null => (isByTeam ? teamId : null);
