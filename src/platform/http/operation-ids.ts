/** Controllers whose operations are about something else than their name says. */
const NOUNS: Record<string, string> = {
  Bulk: 'Tickets',
  Consequences: 'FilterConsequences',
  Deliveries: 'WebHookDeliveries',
  ForwardingAddresses: 'ForwardingAddresses',
  Health: 'Health',
  Me: 'Me',
  Replays: 'WebHookReplays',
  RequestedTickets: 'Users',
  Rules: 'FilterRules',
  TicketMerges: 'TicketMerges',
  TicketSwitches: 'Tickets',
};

const ABOUT_MANY = /^(list|search|run)/;

/**
 * The name of an operation in a generated client: `listTickets`, `createTicket`, `archiveTicket`. A method that names its object
 * already (`addMember`, `avgFirstResponseTime`) stands as it is.
 */
export function operationId(controller: string, method: string): string {
  if (/[A-Z]/.test(method)) return method;
  const name = controller.replace(/Controller$/, '');
  const noun = NOUNS[name] ?? name;
  return `${method}${ABOUT_MANY.test(method) ? noun : singular(noun)}`;
}

function singular(noun: string): string {
  if (/ies$/.test(noun)) return noun.replace(/ies$/, 'y');
  if (/(ss|x|ch|sh)es$/.test(noun)) return noun.replace(/es$/, '');
  return noun.replace(/s$/, '');
}
