import { ApiProperty } from '@nestjs/swagger';
import { TextField, WordField } from '../../platform/http/fields.js';
import { REPORT_NAMES, type ReportName } from './catalogue.js';

export const FORMATS = ['json', 'csv', 'svg'] as const;
export type ReportFormat = (typeof FORMATS)[number];

export class NamedReportQuery {
  @TextField({
    description: 'The first day, or a moment of it. Default: 30 days up to `until`.',
    example: '2026-03-01',
    maxLength: 40,
    trim: true,
  })
  since?: string;

  @TextField({
    description: 'The last day, or a moment of it; at most 10 years later. Default: today.',
    example: '2026-03-29',
    maxLength: 40,
    trim: true,
  })
  until?: string;

  @TextField({
    description: 'The time zone whose days are meant, by its name. Default: UTC.',
    example: 'Europe/London',
    maxLength: 64,
    trim: true,
  })
  time_zone?: string;

  @WordField({ description: 'What is answered, whatever the `Accept` header says.', words: FORMATS, example: 'json' })
  format?: ReportFormat;
}

export class ReportHeadView {
  @ApiProperty({ enum: REPORT_NAMES, description: 'By which it is asked for.', example: 'conversations' }) name!: ReportName;
  @ApiProperty({ example: 'Conversations count' }) title!: string;
  @ApiProperty({ example: 'Count of new conversations started by users.' }) description!: string;
  @ApiProperty({ type: [String], description: 'What the label and the values of a row are.', example: ['Date', 'Count'] })
  columns!: readonly string[];
  @ApiProperty({
    enum: ['count', 'seconds', 'ratings', 'share'],
    description: 'What the values are: a count, seconds, good and bad ratings, or a part of a whole.',
    example: 'count',
  })
  kind!: string;
  @ApiProperty({ enum: ['line', 'bar', 'pie'], description: 'How it is drawn.', example: 'line' }) chart_type!: string;
}

export class ReportListAnswer {
  @ApiProperty({ type: [ReportHeadView] }) reports!: ReportHeadView[];
}

export class ReportRowView {
  @ApiProperty({
    description: 'The day or month, oldest first, or whom or what it is about, the largest first.',
    example: '2026-03-29',
  })
  label!: string;
  @ApiProperty({
    type: 'array',
    items: { anyOf: [{ type: 'number' }, { type: 'null' }] },
    description: 'One for each column behind the first; null where there is nothing to take an average of.',
    example: [2],
  })
  values!: (number | null)[];
}

export class NamedReportView extends ReportHeadView {
  @ApiProperty({ description: 'The first day.', example: '2026-03-01' }) since!: string;
  @ApiProperty({ description: 'The last day.', example: '2026-03-29' }) until!: string;
  @ApiProperty({ description: 'Whose days they are.', example: 'Europe/London' }) time_zone!: string;
  @ApiProperty({ enum: ['day', 'month'], description: 'Days up to 31 of them, months above.', example: 'day' }) unit!: string;
  @ApiProperty({ type: [ReportRowView], description: 'At most 500 that are no days or months.' }) rows!: ReportRowView[];
}

export class NamedReportAnswer {
  @ApiProperty() report!: NamedReportView;
}
