import { ApiProperty } from '@nestjs/swagger';
import { DateField, IdField, TextField } from '../platform/http/fields.js';
import { MOST_DAYS } from './day-window.js';

export class ReportQuery {
  @IdField({ description: 'Only what this agent did or has: see the report. An unknown one did nothing.', example: 1 })
  user?: number;

  @IdField({ description: 'Only tickets that this team has now. An unknown one has none.', example: 1 })
  team?: number;

  @TextField({
    description:
      'Only tickets that have the label of this name now, in any case; `unanswered` is built in. Nothing has an unknown one.',
    example: 'important',
    trim: true,
  })
  label?: string;

  @DateField({
    description: `The first day, by any moment of it; days are those of UTC. Default: ${MOST_DAYS} days up to \`until\`.`,
    example: '2013-02-12T00:00:00Z',
  })
  since?: Date;

  @DateField({
    description: `The last day, by any moment of it. Default: ${MOST_DAYS} days from \`since\` on, or today. At most ${MOST_DAYS} days are shown, the latest ones.`,
    example: '2013-02-15T04:05:06+07:00',
  })
  until?: Date;
}

export class DataPointView {
  @ApiProperty({ description: 'A number, as text.', example: '36200.5' }) value!: string;
  @ApiProperty({ description: 'When the day begins, in Unix seconds, as text.', example: '1360627200' }) timestamp!: string;
}

export class ReportAnswer {
  @ApiProperty({ type: [DataPointView] }) data_points!: DataPointView[];
}
