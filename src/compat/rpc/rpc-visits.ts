import { Injectable } from '@nestjs/common';
import { TicketQueue } from '../../routing/ticket-queue.service.js';
import { TypingOnTickets } from '../../tickets/typing.service.js';
import { Avatars } from '../../users/avatars.service.js';
import { Logins } from '../../users/logins.service.js';
import { Presence } from '../../users/presence.service.js';

/** What the functions call that are about people who are there at the moment, and who wait. */
@Injectable()
export class RpcVisits {
  constructor(
    readonly presence: Presence,
    readonly typing: TypingOnTickets,
    readonly logins: Logins,
    readonly avatars: Avatars,
    readonly queue: TicketQueue,
  ) {}
}
