import type { Mailed } from '../../../emails/outbound/direct-mail.service.js';
import { boolean, id, idOrNone, links, optional, required, text } from '../arguments.js';
import { fn, RpcRefusal, type RpcFunction } from '../function.js';

const WORDS: Record<Exclude<Mailed, 'written'>, string> = {
  unknown: 'user-or-sender-not-found',
  'no-address': 'user-email-not-found',
};

/** The group "notifications" of reference/rpc-functions.json. */
export const NOTIFICATIONS = {
  'send-email': fn({
    scope: 'emails:write',
    rest: 'none; GET /emails/deliveries tells what became of it',
    args: {
      recipient_id: required(id),
      message: required(text),
      attachments: optional(links, []),
      sender_id: optional(idOrNone, null),
    },
    run: async ({ actor, desk }, a) => {
      const senderId = a.sender_id ?? actor.userId;
      const mail = { recipientId: a.recipient_id, senderId, text: a.message, files: a.attachments };
      const mailed = await desk.house.upkeep.mails.direct.toUser(actor, mail);
      if (mailed !== 'written') throw new RpcRefusal(WORDS[mailed]);
      return true;
    },
  }),
  'send-custom-email': fn({
    scope: 'emails:write',
    rest: 'none; GET /emails/deliveries tells what became of it',
    isBare: true,
    args: { to: required(text), subject: required(text), message: required(text), sender_suffix: optional(text, '') },
    run: async ({ actor, desk }, a) => {
      const mail = { to: a.to.trim(), subject: a.subject, text: a.message, senderSuffix: a.sender_suffix };
      await desk.house.upkeep.mails.direct.toAddress(actor, mail);
      return true;
    },
  }),
  'email-piping': fn({
    scope: 'emails:write',
    rest: 'none; mailboxes are watched all the time. False when they could not be read now',
    isBare: true,
    args: { force: optional(boolean, false) },
    run: ({ actor, desk }, a) => desk.house.upkeep.mails.pickup.look(actor, a.force),
  }),
} satisfies Record<string, RpcFunction>;
