import { HttpException, MethodNotAllowedException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Forbidden, Invalid, NotFound, Taken, TooMany, Unauthenticated, Unreadable } from '../../platform/errors/app-errors.js';
import type { Dialect, ErrorAnswer } from '../../platform/http/dialect.js';
import type { DeskRequest } from '../../platform/http/request.js';
import { readPhpForm } from '../php-forms.js';
import { structureOf } from './arguments.js';
import { RpcRefusal } from './function.js';

/** Further tokens, such as one of another service, are arguments. */
export interface RpcRequest extends DeskRequest {
  rpcTokens?: string[];
}

/** rpc-conventions.md section 1.2: errors are words, and go out with 200, but for too many requests and faults of ours. */
export function rpcDialect(alwaysJson: boolean): Dialect {
  return {
    readForm: (text) => readPhpForm(text, ['token']),
    takeToken,
    presentError: presentRpcError,
    sendError: (res, { status, headers = {}, body }) => {
      res.status(status).set(headers);
      res.type(contentType(res.req, res, alwaysJson)).send(JSON.stringify(body));
    },
  };
}

// A token in a URL ends in logs; only the address that a timer calls has no body.
function takeToken(req: Request, { token, ...body }: Record<string, unknown>): Record<string, unknown> {
  const { token: inQuery } = req.query as Record<string, unknown>;
  const given = [structureOf(req.method === 'GET' ? inQuery : token)].flat();
  (req as RpcRequest).rpcTokens = given.filter((value): value is string => typeof value === 'string' && value.trim() !== '');
  return body;
}

/**
 * Scripts written for the original parse the text themselves, and a library that has parsed it before them would break that; so it is
 * JSON by name only for who asks for it.
 */
export function contentType(req: Request, res: Response, alwaysJson: boolean): string {
  res.vary('Accept');
  const asksForJson = /application\/json/i.test(req.headers.accept ?? '');
  return alwaysJson || asksForJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8';
}

export function refuseRpcMethod(req: Request): void {
  const isTimer = req.method === 'GET' && /[?&]piping=(true|1)(&|$)/.test(req.url);
  if (req.method !== 'POST' && req.method !== 'OPTIONS' && !isTimer) throw new MethodNotAllowedException();
}

function presentRpcError(error: unknown, { status, headers = {}, body }: ErrorAnswer): ErrorAnswer {
  const { word, detail } = wordOf(error);
  if (word !== null) {
    const answered = { success: false, response: word, ...(detail !== undefined && { message: detail }) };
    return { status: error instanceof TooMany ? 429 : 200, headers: headersOf(error, headers), body: answered };
  }
  if (status >= 500) return { status, headers, body: { success: false, response: 'database-error', ...requestId(body) } };
  return { status: 200, body: { success: false, response: 'invalid-request', message: body['error'] } };
}

function wordOf(error: unknown): { word: string | null; detail?: string } {
  if (error instanceof RpcRefusal) return { word: error.word, detail: error.detail };
  if (error instanceof Unauthenticated) return { word: 'invalid-token' };
  if (error instanceof Forbidden) return { word: 'not-admin', detail: error.message };
  if (error instanceof NotFound) return { word: `${nounOf(error.noun)}-not-found` };
  if (error instanceof Taken) return { word: `duplicate-${error.field}` };
  if (error instanceof Invalid) return { word: 'invalid-arguments', detail: error.message };
  if (error instanceof TooMany) return { word: 'too-many-requests', detail: error.message };
  if (error instanceof Unreadable) return { word: 'invalid-request', detail: error.message };
  if (error instanceof HttpException && error.getStatus() === 405) return { word: 'method-not-allowed' };
  return { word: null };
}

function headersOf(error: unknown, headers: Record<string, string>): Record<string, string> {
  if (error instanceof TooMany) return headers;
  return error instanceof HttpException ? { Allow: 'POST' } : {};
}

const NOUNS: Record<string, string> = { Ticket: 'conversation', Comment: 'note', Reply: 'message', Team: 'department' };

function nounOf(noun: string): string {
  return NOUNS[noun] ?? noun.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

function requestId({ request_id: id }: Record<string, unknown>): Record<string, unknown> {
  return id === undefined ? {} : { request_id: id };
}
