import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ApiFailure } from '../access/failures.js';
import { SparseTicketsAnswer, TicketsAnswer, TicketTotalAnswer } from './tickets.dto.js';

/** Documents the three forms of a ticket list: whole tickets, some fields of them, and the total alone. */
export function ApiTicketList(): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(TicketsAnswer, SparseTicketsAnswer, TicketTotalAnswer),
    ApiResponse({
      status: 200,
      description:
        'One page; a page past the end is empty. With `total_only` nothing but the total; with `fields` the answer has a type of its own.',
      headers: { Link: { schema: { type: 'string' }, description: 'The neighbouring pages (RFC 8288).' } },
      content: {
        'application/json': {
          schema: { anyOf: [{ $ref: getSchemaPath(TicketsAnswer) }, { $ref: getSchemaPath(TicketTotalAnswer) }] },
        },
        'application/vnd.polydesk.sparse+json': { schema: { $ref: getSchemaPath(SparseTicketsAnswer) } },
      },
    }),
    ApiFailure(400),
  );
}
