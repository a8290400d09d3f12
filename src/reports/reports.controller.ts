import { applyDecorators, Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import { ADMINS, type Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { QueryInput } from '../platform/http/input.js';
import { ReportAnswer, ReportQuery } from './reports.dto.js';
import { Reports, type ReportRequest } from './reports.service.js';

/** What all reports have in common. */
function Report(summary: string, description: string): MethodDecorator {
  return applyDecorators(
    Authenticated({ scope: 'reports:read', roles: ADMINS }),
    ApiOperation({ summary, description }),
    ApiOkResponse({ type: ReportAnswer, description: 'The days, oldest first.' }),
    ApiFailure(400),
  );
}

/** supportbee.md section 15. */
@ApiTags('Reports')
@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: Reports) {}

  @Get('avg_first_response_time')
  @Report(
    'Report the average time to the first answer',
    'In seconds with one decimal, from the creation of a ticket to the first reply of an agent, on the day on which the ticket was created. Tickets without an answer do not count, and days without answered tickets are left out. Spam and trash count: they were answered. `user` is who answered first, `team` and `label` are those of the ticket.',
  )
  async avgFirstResponseTime(@CurrentActor() actor: Actor, @QueryInput() query: ReportQuery): Promise<ReportAnswer> {
    return { data_points: await this.reports.series(actor, 'avg_first_response_time', requested(query)) };
  }

  @Get('tickets_count')
  @Report(
    'Report how many tickets were created',
    'By the day of their creation; what is spam or in the trash now does not count, what is archived or merged does. A day without tickets is "0". `user` is who has the ticket now, `team` and `label` are those of the ticket.',
  )
  async ticketsCount(@CurrentActor() actor: Actor, @QueryInput() query: ReportQuery): Promise<ReportAnswer> {
    return { data_points: await this.reports.series(actor, 'tickets_count', requested(query)) };
  }

  @Get('replies_count')
  @Report(
    'Report how many replies agents wrote',
    'By the day on which they were written, whatever has become of their ticket unless it was deleted; openings, comments and what customers write do not count. A day without replies is "0". `user` is the author, `team` and `label` are those of the ticket.',
  )
  async repliesCount(@CurrentActor() actor: Actor, @QueryInput() query: ReportQuery): Promise<ReportAnswer> {
    return { data_points: await this.reports.series(actor, 'replies_count', requested(query)) };
  }
}

function requested({ user: userId, team: teamId, label, since, until }: ReportQuery): ReportRequest {
  return { userId, teamId, label, since, until };
}
