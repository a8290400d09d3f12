import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request } from 'express';
import { PreconditionFailed } from '../errors/app-errors.js';

/** The state in which the caller wants to find an object: one of these validators, or any. Undefined when he does not care. */
export type Precondition = '*' | readonly string[] | undefined;

// RFC 9110 section 13.1.1 compares strongly: a weak validator matches nothing, and neither does what is none.
const STRONG_TAG = /(?:^|,)\s*("[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)/g;

export function readIfMatch(header: string | undefined): Precondition {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  return [...header.matchAll(STRONG_TAG)].map(([, tag = '']) => tag);
}

/** The If-Match header of the request; document it with {@link ApiIfMatch}. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): Precondition => {
  return readIfMatch(context.switchToHttp().getRequest<Request>().headers['if-match']);
});

export const ApiIfMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-Match',
    description:
      'The `ETag` of the object as you have read it: if it looks different to you by now, nothing is changed and the answer is 412. `*` matches always.',
    required: false,
    schema: { type: 'string' },
    example: '"2jmj7l5rSw0yVb_vlWAYkK_YBwk"',
  });

/** Throws `PreconditionFailed` unless the validator of the object, as it is now, is one of those that the caller accepts. */
export function refuseUnlessMatch(precondition: Precondition, etag: string): void {
  if (precondition === undefined || precondition === '*' || precondition.includes(etag)) return;
  throw new PreconditionFailed('It has changed since you have read it: its ETag is not the one in If-Match');
}
