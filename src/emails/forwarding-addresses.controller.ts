import { Controller, Delete, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, STAFF, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { ApiIdParam, IdParam, Input, QueryInput, Takes } from '../platform/http/input.js';
import { JsonText } from '../platform/http/json-text.js';
import { LongPageQuery, longPage } from '../platform/http/page.dto.js';
import {
  CreateForwardingAddressDto,
  ForwardingAddressAnswer,
  ForwardingAddressesAnswer,
  ImapMailboxDto,
  UpdateForwardingAddressDto,
} from './forwarding-addresses.dto.js';
import { ForwardingAddresses, type ForwardingAddressChange } from './forwarding-addresses.service.js';
import type { ImapChange } from './inbound/imap-settings.js';

@ApiTags('Forwarding addresses')
@Controller('emails')
export class ForwardingAddressesController {
  constructor(private readonly addresses: ForwardingAddresses) {}

  @Get()
  @Authenticated({ scope: 'emails:read', roles: STAFF })
  @ApiOperation({ summary: 'List forwarding addresses' })
  @ApiOkResponse({ type: ForwardingAddressesAnswer, description: 'Oldest first.' })
  @ApiFailure(400)
  list(@CurrentActor() actor: Actor, @QueryInput() query: LongPageQuery): Promise<JsonText> {
    return this.addresses.list(actor, longPage(query));
  }

  @Post()
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @Takes('forwarding_address', CreateForwardingAddressDto)
  @ApiOperation({
    summary: 'Add a forwarding address',
    description: 'Let the mail of the address be forwarded to `forward_to`: it becomes tickets.',
  })
  @ApiCreatedResponse({ type: ForwardingAddressAnswer, description: 'The new address.' })
  @ApiFailure(400)
  async create(@CurrentActor() actor: Actor, @Input('forwarding_address') input: CreateForwardingAddressDto): Promise<JsonText> {
    const view = await this.addresses.create(actor, { ...changeOf(input), email: input.email });
    return new JsonText(`{"forwarding_address":${view}}`);
  }

  @Get(':forwarding_address_id')
  @Authenticated({ scope: 'emails:read', roles: STAFF })
  @ApiIdParam('forwarding_address_id', 'The forwarding address.')
  @ApiOperation({ summary: 'Show a forwarding address' })
  @ApiOkResponse({ type: ForwardingAddressAnswer, description: 'The address.' })
  @ApiFailure(404)
  async show(@CurrentActor() actor: Actor, @IdParam('forwarding_address_id') id: number): Promise<JsonText> {
    return new JsonText(`{"forwarding_address":${await this.addresses.show(actor, id)}}`);
  }

  @Put(':forwarding_address_id')
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @ApiIdParam('forwarding_address_id', 'The forwarding address.')
  @Takes('forwarding_address', UpdateForwardingAddressDto)
  @ApiOperation({
    summary: 'Change a forwarding address',
    description: 'Fields that are not given stay, and so does `forward_to`.',
  })
  @ApiOkResponse({ type: ForwardingAddressAnswer, description: 'The address as it is now.' })
  @ApiFailure(400, 404)
  async update(
    @CurrentActor() actor: Actor,
    @IdParam('forwarding_address_id') id: number,
    @Input('forwarding_address') input: UpdateForwardingAddressDto,
  ): Promise<JsonText> {
    return new JsonText(`{"forwarding_address":${await this.addresses.update(actor, id, changeOf(input))}}`);
  }

  @Delete(':forwarding_address_id')
  @HttpCode(204)
  @Authenticated({ scope: 'emails:write', roles: ADMINS })
  @ApiIdParam('forwarding_address_id', 'The forwarding address.')
  @ApiOperation({
    summary: 'Delete a forwarding address',
    description: 'Tickets that came to it stay. The same address may be added again; it is then forwarded to another place.',
  })
  @ApiNoContentResponse({ description: 'Deleted.' })
  @ApiFailure(404)
  async remove(@CurrentActor() actor: Actor, @IdParam('forwarding_address_id') id: number): Promise<void> {
    await this.addresses.remove(actor, id);
  }
}

function changeOf(input: UpdateForwardingAddressDto): ForwardingAddressChange {
  const {
    email,
    name,
    filter_spam: filterSpam,
    use_agent_name: useAgentName,
    auto_response: autoResponse,
    global_bcc: globalBcc,
    imap,
  } = input;
  return { email, name, filterSpam, useAgentName, autoResponse, globalBcc, imap: imap && imapChangeOf(imap) };
}

function imapChangeOf({ fetch_all: fetchAll, ...others }: ImapMailboxDto): ImapChange {
  return { ...others, fetchAll };
}
