import { headerValues, headerWord, type Mail } from './mail.js';

/**
 * What kind of writer a mail has. `person`: somebody, as far as it shows. `auto_reply`: a machine that answers in his place. `automatic`: a machine,
 * or a list; what it says counts, but it gets no automatic answer. `bounce` and `receipt` tell of mail that was sent.
 */
export type MailClass = 'person' | 'auto_reply' | 'automatic' | 'bounce' | 'receipt';

export interface Classified {
  kind: MailClass;
  /** By which sign. */
  sign: string;
}

const DAEMONS = /^(mailer-daemon|postmaster|mail-daemon|mailerdaemon)@/i;
const BOUNCE_SUBJECTS =
  /undeliver|delivery (status|failure|has failed)|returned mail|mail delivery (failed|system)|failure notice|unzustellbar|non remis|no se puede entregar|配信/i;
const AUTO_SUBJECTS =
  /^\s*(auto(matic)?[ -]?(reply|response|antwort)|automatische antwort|out of (the )?office|abwesen(heit|d)|réponse automatique|respuesta automática|risposta automatica|自動応答|自動返信)/i;
const LIST_HEADERS = ['list-id', 'list-post', 'list-unsubscribe', 'mailing-list', 'x-mailing-list'];
const AUTO_REPLY_HEADERS = ['x-autoreply', 'x-autorespond', 'x-autoresponder', 'x-auto-reply-from', 'x-mail-autoreply'];

/** Tells persons from machines: by RFC 3464 and RFC 3834, and by the habits of those who know neither. */
export function classify(mail: Mail, mailFrom: string | null): Classified {
  return reportOf(mail) ?? bounceByHabit(mail, mailFrom) ?? autoReplyOf(mail) ?? automaticOf(mail, mailFrom) ?? PERSON;
}

const PERSON: Classified = { kind: 'person', sign: 'nothing says that a machine has written it' };

function reportOf({ contentType: { type, params } }: Mail): Classified | null {
  if (type !== 'multipart/report') return null;
  const report = (params['report-type'] ?? '').toLowerCase();
  if (report === 'delivery-status' || report === 'global-delivery-status')
    return { kind: 'bounce', sign: 'a delivery report (RFC 3464)' };
  if (report === 'disposition-notification')
    return { kind: 'receipt', sign: 'a receipt that tells of a mail being read (RFC 8098)' };
  return null;
}

function bounceByHabit(mail: Mail, mailFrom: string | null): Classified | null {
  const isDaemon = DAEMONS.test(mail.from?.email ?? '') || DAEMONS.test(mailFrom ?? '');
  const failed = headerValues(mail, 'x-failed-recipients').length > 0;
  if ((isDaemon || mailFrom === '') && (failed || BOUNCE_SUBJECTS.test(mail.subject ?? '')))
    return { kind: 'bounce', sign: 'written like the mail of a server that could not deliver' };
  return null;
}

function autoReplyOf(mail: Mail): Classified | null {
  const submitted = headerWord(mail, 'auto-submitted').split(/[;\s]/, 1)[0] ?? '';
  if (submitted === 'auto-replied') return { kind: 'auto_reply', sign: 'Auto-Submitted: auto-replied (RFC 3834)' };
  const header = AUTO_REPLY_HEADERS.find((name) => !['', 'no'].includes(headerWord(mail, name)));
  if (header !== undefined) return { kind: 'auto_reply', sign: `the header ${header}` };
  if (headerWord(mail, 'precedence') === 'auto_reply') return { kind: 'auto_reply', sign: 'Precedence: auto_reply' };
  const hasSubject = AUTO_SUBJECTS.test(mail.subject ?? '');
  if (hasSubject && (submitted !== '' || headerWord(mail, 'x-auto-response-suppress') !== ''))
    return { kind: 'auto_reply', sign: 'its subject, and headers of automatic mail' };
  return null;
}

function automaticOf(mail: Mail, mailFrom: string | null): Classified | null {
  const submitted = headerWord(mail, 'auto-submitted');
  if (submitted !== '' && !/^no\b/.test(submitted)) return { kind: 'automatic', sign: 'Auto-Submitted (RFC 3834)' };
  const list = LIST_HEADERS.find((name) => headerWord(mail, name) !== '');
  if (list !== undefined) return { kind: 'automatic', sign: `the header ${list} of lists` };
  const precedence = headerWord(mail, 'precedence');
  if (['bulk', 'list', 'junk'].includes(precedence)) return { kind: 'automatic', sign: `Precedence: ${precedence}` };
  if (/\b(all|oof|autoreply)\b/.test(headerWord(mail, 'x-auto-response-suppress')))
    return { kind: 'automatic', sign: 'X-Auto-Response-Suppress' };
  if (mailFrom === '') return { kind: 'automatic', sign: 'an empty envelope sender' };
  if (DAEMONS.test(mail.from?.email ?? '')) return { kind: 'automatic', sign: 'a mail server as its writer' };
  return null;
}
