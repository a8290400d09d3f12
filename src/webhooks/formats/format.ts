import type { LoggedEvent } from '../../platform/events/logged-event.js';

/** The two documents of support_board, which call some events by different names. */
export type Spelling = 'gb-talk' | 'support-board';

/** What a message says beside the event itself. */
export interface MessageContext {
  company: { id: number; subdomain: string; name: string };
  baseUrl: string;
  /** Short view of the actor when it is a member of staff. */
  agent: object | null;
  /** The ticket as the event before showed it. */
  ticketBefore: object | null;
  /** The hook's secret in clear: the `key` of support_board. */
  secret: string;
  spelling: Spelling;
}

/** How events become the messages of one family of receivers: pure translation, without a look at the database. */
export interface WebHookFormat {
  /** Whether it tells of changes, and so has to know how the ticket looked before. */
  readonly compares: boolean;
  /**
   * Which messages the event makes in this format: '' for the only one, none when the format has no word for it. Decided once,
   * when the event happens, so that a setting changed later sends nothing twice.
   */
  partsOf(event: LoggedEvent, ticketBefore: object | null): string[];
  /**
   * True when one of the hook's patterns names this part. With its spelling, support_board leaves out what the document calls by the same
   * name as another part that is wanted.
   */
  isWanted(patterns: string[], event: LoggedEvent, part: string, spelling?: Spelling): boolean;
  /** The body, as JSON text, of one message. */
  bodyOf(event: LoggedEvent, part: string, context: MessageContext): string;
  /** Null when the pattern is understood, else what is wrong with it. */
  problemOf(pattern: string): string | null;
}
