import { Injectable } from '@nestjs/common';
import { TypingOnTickets } from '../../tickets/typing.service.js';
import { Presence } from '../../users/presence.service.js';

/** What the functions about people call beside the conversations. */
@Injectable()
export class RpcPeople {
  constructor(
    readonly presence: Presence,
    readonly typing: TypingOnTickets,
  ) {}
}
