import { Module } from '@nestjs/common';
import { Mailer } from '../platform/mail/mailer.js';
import { ForwardingAddressesController } from './forwarding-addresses.controller.js';
import { ForwardingAddresses } from './forwarding-addresses.service.js';
import { ImapServers } from './inbound/imap-servers.js';
import { ImapSettings } from './inbound/imap-settings.js';
import { DirectMail } from './outbound/direct-mail.service.js';
import { EmailDeliveries } from './outbound/email-deliveries.service.js';
import { EmailSuppressions } from './outbound/email-suppressions.service.js';
import { EmailTemplatesController, MyEmailTemplateController } from './outbound/email-templates.controller.js';
import { EmailTemplates } from './outbound/email-templates.service.js';
import { MailComposition } from './outbound/mail-composition.js';
import { MailSender } from './outbound/mail-sender.js';
import { MailSweeper } from './outbound/mail-sweeper.js';
import { MailTokens } from './outbound/mail-tokens.js';
import { MailWorker } from './outbound/mail-worker.js';
import { NotificationSettingsController } from './outbound/notification-settings.controller.js';
import { NotificationSettingsService } from './outbound/notification-settings.service.js';
import { OutboundController } from './outbound/outbound.controller.js';
import { UnsubscribeController } from './outbound/unsubscribe.controller.js';
import { OutgoingMailSettingsController } from './outbound/outgoing-mail-settings.controller.js';
import { OutgoingMailSettings } from './outbound/outgoing-mail-settings.service.js';
import { OutgoingMail } from './outbound/outgoing-mail.js';

/** The addresses of the desk, and the mail that it sends. */
@Module({
  // In this order: /emails/deliveries is no forwarding address.
  controllers: [
    ...[OutboundController, ForwardingAddressesController, NotificationSettingsController, UnsubscribeController],
    ...[EmailTemplatesController, MyEmailTemplateController, OutgoingMailSettingsController],
  ],
  providers: [
    ...[ForwardingAddresses, ImapServers, ImapSettings, Mailer],
    ...[EmailDeliveries, EmailSuppressions, EmailTemplates, NotificationSettingsService, OutgoingMailSettings],
    ...[MailComposition, MailSender, MailSweeper, MailTokens, MailWorker, OutgoingMail, DirectMail],
  ],
  exports: [DirectMail, ForwardingAddresses, ImapServers, MailTokens],
})
export class EmailsModule {}
