/** The header that tells the desk that it has sent a mail itself, also when a server on the way has changed the Message-ID. */
export const LOOP_HEADER = 'X-Loop';

/** What stands in it. */
export function loopMark(companyId: number, domain: string): string {
  return `polydesk-${companyId}@${domain}`;
}

/** True for the mark of this company, whatever the domain of the desk was when the mail was sent. */
export function isLoopMark(value: string, companyId: number): boolean {
  return value.trim().toLowerCase().startsWith(`polydesk-${companyId}@`);
}
