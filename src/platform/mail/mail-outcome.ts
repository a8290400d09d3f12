/** What came of handing a mail over. */
export type MailOutcome =
  /** The server has taken charge of it. */
  | { kind: 'accepted'; answer: string }
  /** It was refused for good: trying again is no use. */
  | { kind: 'rejected'; answer: string | null; error: string }
  /** It was not taken this time. */
  | { kind: 'deferred'; answer: string | null; error: string }
  /** We broke it off ourselves; the server may have taken it all the same. */
  | { kind: 'interrupted'; answer: null };
