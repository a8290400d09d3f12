import { ApiProperty } from '@nestjs/swagger';
import { DateField, IdField, TextField, TextListField } from '../platform/http/fields.js';
import { SCOPES } from './actor.js';

export class CreateApiTokenDto {
  @IdField({
    description: 'Whose token it is; admins may name anybody of the company, others only themselves (the default).',
    example: 1,
  })
  user_id?: number;

  @TextField({ description: 'What it is for.', example: 'nightly export', required: true })
  name!: string;

  @TextListField({
    description: `What it may do, some of ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}. Default: everything that the maker's own token may.`,
    example: ['tickets:read'],
  })
  scopes?: string[];

  @DateField({ description: 'When it ends; default: with the token that makes it, or never.', example: '2027-01-01T00:00:00Z' })
  expires_at?: Date;
}

export class ApiTokenView {
  @ApiProperty({ example: 3 }) id!: number;
  @ApiProperty({ example: 1 }) user_id!: number;
  @ApiProperty({ example: 'nightly export' }) name!: string;
  @ApiProperty({ type: [String], example: ['tickets:read'] }) scopes!: string[];
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null }) expires_at!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'To the minute.',
    example: '2026-01-18T15:17:33Z',
  })
  last_used_at!: string | null;
  @ApiProperty({ type: String, format: 'date-time', example: '2026-01-18T15:17:33Z' }) created_at!: string;
}

export class NewApiTokenView extends ApiTokenView {
  @ApiProperty({
    description: 'The secret itself. It is shown this once.',
    example: 'pd_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE',
  })
  token!: string;
}

export class NewApiTokenAnswer {
  @ApiProperty() api_token!: NewApiTokenView;
}

export class ApiTokensAnswer {
  @ApiProperty({ type: [ApiTokenView] }) api_tokens!: ApiTokenView[];
}
