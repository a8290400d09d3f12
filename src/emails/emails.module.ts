import { Module } from '@nestjs/common';
import { ForwardingAddressesController } from './forwarding-addresses.controller.js';
import { ForwardingAddresses } from './forwarding-addresses.service.js';

@Module({
  controllers: [ForwardingAddressesController],
  providers: [ForwardingAddresses],
  exports: [ForwardingAddresses],
})
export class EmailsModule {}
