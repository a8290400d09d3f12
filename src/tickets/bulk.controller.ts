import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { ApiFailure } from '../access/failures.js';
import { Invalid } from '../platform/errors/app-errors.js';
import { BooleanField, IdField, IdListField, ObjectField, TextField, WordField } from '../platform/http/fields.js';
import { Input, Takes } from '../platform/http/input.js';
import { BULK_ACTIONS, BulkActions, MOST_TICKETS } from './bulk.js';
import { ListTicketsQuery } from './list-query.dto.js';
import { readListQuery } from './list-query.js';

export class BulkDto {
  @IdListField({ description: `The tickets, at most ${MOST_TICKETS}.`, example: [1, 2], maxItems: MOST_TICKETS })
  ids?: number[];

  @ObjectField(() => ListTicketsQuery, {
    description: `Instead of \`ids\`: the parameters of GET /tickets that choose tickets (paging does not matter). One call changes ${MOST_TICKETS} at most, newest first.`,
    example: { label: ['urgent'] },
  })
  filter?: ListTicketsQuery;

  @WordField({ description: 'What to do to each.', example: 'archive', words: BULK_ACTIONS, required: true })
  action!: string;

  @TextField({ description: 'For `label` and `unlabel`: the name of the label.', example: 'urgent' })
  label?: string;

  @IdField({ description: 'For `assign_user`.', example: 1 })
  user_id?: number;

  @IdField({ description: 'For `assign_team`.', example: 1 })
  team_id?: number;

  @BooleanField({ description: 'True: only say what would happen.', example: false })
  dry_run?: boolean;
}

class BulkResultView {
  @ApiProperty({ example: 1 }) id!: number;
  @ApiProperty({ enum: ['changed', 'unchanged', 'failed'], description: '`unchanged`: it was so already.', example: 'changed' })
  result!: string;
  @ApiProperty({ required: false, description: 'Why it failed.', example: "Couldn't find Ticket with id=17" }) error?: string;
}

class BulkAnswerView {
  @ApiProperty({ description: 'How many tickets were meant. When there are more than results, call again.', example: 1 })
  total!: number;
  @ApiProperty({ example: false }) dry_run!: boolean;
  @ApiProperty({ type: [BulkResultView] }) results!: BulkResultView[];
}

@ApiTags('Tickets')
@Controller('tickets/bulk')
export class BulkController {
  constructor(private readonly bulk: BulkActions) {}

  @Post()
  @HttpCode(200)
  @Authenticated({ scope: 'tickets:write', roles: ['admin', 'agent'] })
  @Takes('bulk', BulkDto)
  @ApiOperation({
    summary: 'Do one thing to many tickets',
    description: 'Each ticket on its own: one that fails leaves the others. Give `ids` or `filter`.',
  })
  @ApiOkResponse({ type: BulkAnswerView, description: 'What happened to each.' })
  @ApiFailure(400)
  async bulkTickets(@CurrentActor() actor: Actor, @Input('bulk') input: BulkDto): Promise<BulkAnswerView> {
    const { ids, filter, action, label, user_id: userId, team_id: teamId, dry_run: isDryRun = false } = input;
    const tickets = ids ?? (filter && readListQuery(filter).filter);
    if (!tickets || (ids && filter)) throw Invalid.field('base', 'Give either ids or filter');
    const answer = await this.bulk.run(actor, tickets, { action, label, userId, teamId }, isDryRun);
    return { ...answer, dry_run: isDryRun };
  }
}
