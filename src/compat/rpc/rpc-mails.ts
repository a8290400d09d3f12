import { Injectable } from '@nestjs/common';
import { MailPickup } from '../../emails/inbound/mail-pickup.js';
import { DirectMail } from '../../emails/outbound/direct-mail.service.js';

/** What the functions about mail call. */
@Injectable()
export class RpcMails {
  constructor(
    readonly direct: DirectMail,
    readonly pickup: MailPickup,
  ) {}
}
