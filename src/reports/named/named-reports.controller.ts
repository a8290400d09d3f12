import { Controller, Get, NotAcceptableException, Param, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authenticated, CurrentActor } from '../../access/access.decorators.js';
import { ADMINS, type Actor } from '../../access/actor.js';
import { ApiFailure } from '../../access/failures.js';
import { QueryInput } from '../../platform/http/input.js';
import { isoDay } from './calendar.js';
import { NAMED_REPORTS, REPORT_NAMES, type NamedReport, type ReportName } from './catalogue.js';
import { drawChart } from './chart.js';
import {
  NamedReportAnswer,
  NamedReportQuery,
  ReportListAnswer,
  type ReportFormat,
  type ReportHeadView,
} from './named-reports.dto.js';
import { NamedReports, type MadeReport } from './named-reports.service.js';
import { presentCsv } from './presentation.js';

const TYPES: Record<ReportFormat, string> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
};

const MEDIA_TYPES: Record<string, ReportFormat> = { 'application/json': 'json', 'text/csv': 'csv', 'image/svg+xml': 'svg' };

const NAMES = { since: 'since', until: 'until', zone: 'time_zone' } as const;

@ApiTags('Reports')
@ApiExtraModels(NamedReportAnswer)
@Controller('reports')
export class NamedReportsController {
  constructor(private readonly reports: NamedReports) {}

  @Get()
  @Authenticated({ scope: 'reports:read', roles: ADMINS })
  @ApiOperation({ summary: 'List the reports', description: 'Those that are asked for by name.' })
  @ApiOkResponse({ type: ReportListAnswer, description: 'All of them.' })
  listReports(): ReportListAnswer {
    return { reports: REPORT_NAMES.map((name) => presentHead(name, NAMED_REPORTS[name])) };
  }

  @Get(':report_name')
  @Authenticated({ scope: 'reports:read', roles: ADMINS })
  @ApiParam({
    name: 'report_name',
    description: 'The `name` of one of the list.',
    schema: { type: 'string', enum: [...REPORT_NAMES], example: 'conversations' },
  })
  @ApiOperation({
    summary: 'Report by name',
    description:
      'Numbers as JSON, a table as `text/csv`, or a picture as `image/svg+xml`: as the `Accept` header or `format` says. Conversations ' +
      'that are spam or in the trash do not count. What no row of the desk tells is what programs have told by the RPC function ' +
      '`reports-update`.',
  })
  @ApiOkResponse({
    description: 'The report.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(NamedReportAnswer) } },
      'text/csv': { schema: { type: 'string' } },
      'image/svg+xml': { schema: { type: 'string' } },
    },
  })
  @ApiFailure(400, 404, 406)
  async getNamedReport(
    @CurrentActor() actor: Actor,
    @Param('report_name') name: string,
    @QueryInput() { since, until, time_zone: zone, format }: NamedReportQuery,
    @Req() req: Request,
    @Res({ passthrough: true }) res: Response,
  ): Promise<string> {
    const wanted = format ?? formatFor(req);
    const report = await this.reports.make(actor, name, { since, until, zone }, NAMES);
    res.vary('Accept').type(TYPES[wanted]);
    return { json: presentJson, csv: presentCsv, svg: drawChart }[wanted](report);
  }
}

function formatFor(req: Request): ReportFormat {
  const type = req.accepts(Object.keys(MEDIA_TYPES));
  const format = typeof type === 'string' ? MEDIA_TYPES[type] : undefined;
  if (format === undefined) throw new NotAcceptableException(`A report is ${Object.keys(MEDIA_TYPES).join(', ')}`);
  return format;
}

function presentHead(name: ReportName, { title, description, columns, kind, chart }: NamedReport): ReportHeadView {
  return { name, title, description, columns, kind, chart_type: chart };
}

function presentJson(made: MadeReport): string {
  const { first, last, zone, unit } = made.span;
  const days = { since: isoDay(first), until: isoDay(last), time_zone: zone, unit };
  const answer: NamedReportAnswer = { report: { ...presentHead(made.name, made), ...days, rows: made.rows } };
  return JSON.stringify(answer);
}
