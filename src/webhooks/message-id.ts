/** The id under which receivers know a message: the same in every attempt, at every endpoint and in every replay. */
export function messageId({ companyId, eventId, part }: { companyId: number; eventId: number; part: string }): string {
  return `evt_${companyId}_${eventId}${part === '' ? '' : `_${part}`}`;
}

/** The same of the row `d` of web_hook_deliveries. */
export const messageIdSql = (d: string): string =>
  `'evt_' || ${d}.company_id || '_' || ${d}.event_id || case when ${d}.part = '' then '' else '_' || ${d}.part end`;
