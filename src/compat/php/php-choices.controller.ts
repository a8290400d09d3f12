import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, TokenOptional } from '../../access/access.decorators.js';
import type { Actor, Visitor } from '../../access/actor.js';
import { JsonText } from '../../platform/http/json-text.js';
import { ApiScriptAnswer, PhpCategoriesAnswer, PhpCustomFieldsAnswer } from './php-tickets.dto.js';
import { PhpTickets } from './php-tickets.service.js';

const ANYBODY = 'Without a token the company is that of the host name.';

/** What a form for a new ticket offers. Clients call these without a token (real-servers.md section 3). */
@ApiTags('PHP ticket scripts')
@Controller('api')
export class PhpChoicesController {
  constructor(private readonly shown: PhpTickets) {}

  @ApiScriptAnswer(PhpCategoriesAnswer)
  @Get('ticket_categories.php')
  @TokenOptional({ scope: 'categories:read' })
  @ApiExtension('x-dialect', 'php')
  @ApiOperation({ summary: 'List the categories', description: ANYBODY })
  async listPhpCategories(@Caller() caller: Actor | Visitor): Promise<JsonText> {
    return new JsonText(`{"success":true,"categories":${await this.shown.categories(caller)}}`);
  }

  @ApiScriptAnswer(PhpCategoriesAnswer)
  @Post('ticket_categories.php')
  @HttpCode(200)
  @TokenOptional({ scope: 'categories:read' })
  @ApiExtension('x-dialect', 'php')
  @ApiOperation({ summary: 'List the categories', description: ANYBODY })
  listPhpCategoriesByPost(@Caller() caller: Actor | Visitor): Promise<JsonText> {
    return this.listPhpCategories(caller);
  }

  @ApiScriptAnswer(PhpCustomFieldsAnswer)
  @Get('ticket_custom_fields.php')
  @TokenOptional({ scope: 'custom_fields:read' })
  @ApiExtension('x-dialect', 'php')
  @ApiOperation({ summary: 'List the custom fields', description: ANYBODY })
  async listPhpCustomFields(@Caller() caller: Actor | Visitor): Promise<JsonText> {
    return new JsonText(`{"success":true,"fields":${await this.shown.customFields(caller)}}`);
  }

  @ApiScriptAnswer(PhpCustomFieldsAnswer)
  @Post('ticket_custom_fields.php')
  @HttpCode(200)
  @TokenOptional({ scope: 'custom_fields:read' })
  @ApiExtension('x-dialect', 'php')
  @ApiOperation({ summary: 'List the custom fields', description: ANYBODY })
  listPhpCustomFieldsByPost(@Caller() caller: Actor | Visitor): Promise<JsonText> {
    return this.listPhpCustomFields(caller);
  }
}
