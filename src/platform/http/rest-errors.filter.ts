import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import {
  Conflict,
  Forbidden,
  Invalid,
  KeyReused,
  NotFound,
  PreconditionFailed,
  TooMany,
  Unauthenticated,
  Unavailable,
  Unreadable,
} from '../errors/app-errors.js';
import { LOGGER } from '../logging/logger.js';
import type { ErrorAnswer } from './dialect.js';
import type { DeskRequest } from './request.js';

/**
 * The REST dialect's errors: always `{"error": text}`; a 400 adds `errors` by field, a 500 the request id and nothing else. Where an address
 * speaks another dialect, that one has the last word.
 */
@Catch()
export class RestErrorsFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const req = host.switchToHttp().getRequest<DeskRequest>();
    const res = host.switchToHttp().getResponse<Response>();
    const answer = presentError(error, req);
    const { status, body, headers = {} } = answer;
    if (presentRestError(error, req).status >= 500) this.logger.error({ err: error, request_id: req.id }, 'request failed');
    if (res.headersSent) {
      res.destroy();
      return;
    }
    if (req.dialect?.sendError) req.dialect.sendError(res, answer);
    else res.status(status).set(headers).json(body);
  }
}

/** What is answered to an error at this address. */
export function presentError(error: unknown, req: DeskRequest): ErrorAnswer {
  const rest = presentRestError(error, req);
  return req.dialect?.presentError(error, rest) ?? rest;
}

/** What the REST dialect answers to an error, wherever it happens. */
export function presentRestError(error: unknown, req: DeskRequest): ErrorAnswer {
  if (error instanceof Invalid)
    return { status: 400, body: { error: `Validation failed: ${error.message}`, errors: error.fields } };
  if (error instanceof Unreadable) return plain(error.tooLarge ? 413 : 400, error.message);
  if (error instanceof NotFound) return plain(404, error.message);
  if (error instanceof Unauthenticated) return refused(error, req);
  if (error instanceof Forbidden) return plain(403, error.message);
  if (error instanceof Conflict) return plain(409, error.message);
  if (error instanceof PreconditionFailed) return plain(412, error.message);
  if (error instanceof KeyReused) return plain(422, error.message);
  if (error instanceof TooMany) return { ...plain(429, error.message), headers: { 'Retry-After': String(error.retryAfter) } };
  if (error instanceof Unavailable) return { ...plain(503, error.message), headers: { 'Retry-After': '5' } };
  return presentForeign(error, req);
}

// Clients of auth_token know no 401; an Authorization header is answered as HTTP wants it.
function refused(error: Unauthenticated, req: DeskRequest): ErrorAnswer {
  if (req.tokenPlace !== 'header') return plain(403, error.message);
  return { ...plain(401, error.message), headers: { 'WWW-Authenticate': 'Bearer realm="Polydesk", error="invalid_token"' } };
}

/** Errors of the frameworks: Nest's router (404, 405) and Express's body parser (413, 415, 400). */
function presentForeign(error: unknown, req: DeskRequest): ErrorAnswer {
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404) return plain(404, `There is nothing at ${req.method} ${req.path}`);
  if (status === 413) return plain(413, 'The body is larger than 1 MB');
  if (status === 415) return plain(400, 'The body has an encoding that cannot be read');
  if (status >= 400 && status < 500) return plain(status, 'The request could not be read');
  return { status: 500, body: { error: 'Internal server error', request_id: req.id } };
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : 500;
}

function plain(status: number, error: string): ErrorAnswer {
  return { status, body: { error } };
}
