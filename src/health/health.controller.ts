import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { Public } from '../access/access.decorators.js';
import { LOGGER } from '../platform/logging/logger.js';
import { Readiness } from './readiness.js';

class AliveView {
  @ApiProperty({ example: 'ok' }) status!: string;
}

class ReadyView {
  @ApiProperty({ enum: ['ok', 'unavailable'], example: 'ok' }) status!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: '`ok` or `unavailable` for each part.',
    example: { database: 'ok', migrations: 'ok', queue: 'ok' },
  })
  checks!: Record<string, string>;
}

@ApiTags('Operation')
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('healthz')
  @Public()
  @ApiOperation({ summary: 'Is the process alive?' })
  @ApiOkResponse({ type: AliveView, description: 'It is.' })
  getHealth(): AliveView {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  @ApiOperation({ summary: 'Can the process serve?', description: 'Looks at the database, its migrations and the queue.' })
  @ApiOkResponse({ type: ReadyView, description: 'It can.' })
  @ApiResponse({ status: 503, type: ReadyView, description: 'It cannot; `checks` says what is missing.' })
  async getReadiness(@Res({ passthrough: true }) res: Response): Promise<ReadyView> {
    const checks: Record<string, string> = {};
    for (const { name, error } of await this.readiness.check()) {
      checks[name] = error === null ? 'ok' : 'unavailable';
      if (error !== null) this.logger.warn({ err: error, check: name }, 'not ready');
    }
    const isReady = Object.values(checks).every((answer) => answer === 'ok');
    res.status(isReady ? 200 : 503);
    return { status: isReady ? 'ok' : 'unavailable', checks };
  }
}
