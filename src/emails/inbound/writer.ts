import type { Address } from '../../users/addresses.js';
import type { Mail } from './mail.js';
import type { Reasons } from './reasons.js';

/** Who has written a mail, and whether he is the one whom it names as its sender. */
export interface Writer {
  sender: Address;
  isNamed: boolean;
}

/**
 * Who has written a mail. Forms of web sites, and lists that rewrite senders, write under an address of the company itself and name the writer as
 * the one to answer to; a mail from ourselves that names nobody else is our own.
 */
export function writerOf(mail: Mail, ownAddresses: string[], reasons: Reasons): Writer | 'nobody' | 'ourselves' {
  if (!mail.from) {
    reasons.add('sender', 'none', 'the mail does not say who has written it');
    return 'nobody';
  }
  if (!ownAddresses.includes(mail.from.email.toLowerCase())) {
    reasons.add('sender', mail.from.email);
    return { sender: mail.from, isNamed: true };
  }
  const others = mail.replyTo.filter(({ email }) => !ownAddresses.includes(email.toLowerCase()));
  const [sender] = others;
  if (!sender || others.length > 1) {
    reasons.add('loop', 'own address', 'it comes from an address of the company itself');
    return 'ourselves';
  }
  reasons.add('sender', sender.email, 'an address of the company has sent it for him, as Reply-To says');
  return { sender, isNamed: false };
}
