import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/access.decorators.js';
import { ApiFailure } from '../access/failures.js';
import { JsonText } from '../platform/http/json-text.js';
import { SettingsFiles } from './settings-files.js';

@ApiTags('Settings')
@Controller('settings_exports')
export class SettingsExportsController {
  constructor(private readonly files: SettingsFiles) {}

  @Get(':export_token')
  @Public()
  @Header('Cache-Control', 'private, no-store')
  @Header('Referrer-Policy', 'no-referrer')
  @ApiParam({
    name: 'export_token',
    type: String,
    description: 'As the RPC function `export-settings` has told it.',
    example: 'c2V0dGluZ3M',
  })
  @ApiOperation({
    summary: 'Fetch exported settings',
    description: 'Whoever knows the address may read it, for an hour. Secrets are masked.',
  })
  @ApiOkResponse({
    description: 'Each setting as a pair of its value and its type.',
    schema: { type: 'object', additionalProperties: { type: 'array', items: {}, minItems: 2, maxItems: 2 } },
  })
  @ApiFailure(404)
  async show(@Param('export_token') token: string): Promise<JsonText> {
    return new JsonText(await this.files.read(token));
  }
}
