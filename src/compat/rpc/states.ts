import type { TicketState } from '../../tickets/ticket-state.js';
import type { StatusCode } from './arguments.js';

/** mapping.md section 2. */
const STATES: Record<StatusCode, TicketState> = { 0: 'live', 1: 'for-customer', 2: 'for-agent', 3: 'archived', 4: 'trashed' };

export const stateOf = (code: StatusCode): TicketState => STATES[code];
