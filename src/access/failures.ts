import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';

export class FailureView {
  @ApiProperty({ description: 'What went wrong, in one text that is never empty.', example: "Couldn't find Ticket with id=17" })
  error!: string;
}

export class ValidationFailureView extends FailureView {
  @ApiProperty({
    description: 'The same by field; absent when the request could not be read at all.',
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    example: { requester_email: ['must be an e-mail address'] },
    selfRequired: false,
  })
  errors?: Record<string, string[]>;
}

export class UnexpectedFailureView extends FailureView {
  @ApiProperty({ description: 'Quote it when you report the failure.', example: '0f2c1a52-8e5e-4a4c-9d0e-1f3f2f6b7c11' })
  request_id!: string;
}

const DESCRIPTIONS: Record<number, string> = {
  400: 'The input could not be read or breaks a rule; nothing was changed.',
  401: 'The token of the Authorization header is unknown, expired or revoked.',
  403: 'No token, a wrong one as `auth_token`, or one that may not do this.',
  404: 'There is no such object, or the token may not see it.',
  406: 'None of the types that the `Accept` header names.',
  409: 'The state of the object does not allow this.',
  412: 'It has changed since you have read it: its `ETag` is not the one in `If-Match`.',
  413: 'The body or file is too large.',
  429: 'Too many requests; see `Retry-After`.',
  503: 'A part that the desk needs does not answer at the moment.',
};

/** Documents the error answers of a route. */
export function ApiFailure(...statuses: number[]): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: DESCRIPTIONS[status] ?? 'Refused.',
        type: status === 400 ? ValidationFailureView : FailureView,
        ...(status === 401 && {
          headers: { 'WWW-Authenticate': { schema: { type: 'string' }, description: 'Bearer challenge.' } },
        }),
        ...((status === 429 || status === 503) && {
          headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds to wait.' } },
        }),
      }),
    ),
  );
}
