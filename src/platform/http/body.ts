import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { Unreadable } from '../errors/app-errors.js';
import { readMultipartFields } from './multipart-fields.js';
import type { DeskRequest } from './request.js';
import { parseForm, placeToken } from './request-forms.js';
import { BODY_LIMITS, checkShape } from './untrusted.js';

const BODY_LIMIT = '1mb';

// Half-open requests must not pile up; an upload may take longer.
const BODY_TIMEOUT_MS = 30_000;

interface Typed {
  headers: { 'content-type'?: string | undefined };
}

export const MAIL_TYPE = 'message/rfc822';

/** Whether the body is a mail as it goes over the wire. */
export const isMail = (req: Typed): boolean => /^message\/rfc822\s*(;|$)/i.test(req.headers['content-type'] ?? '');

const isMultipart = (req: Typed) => /^multipart\//i.test(req.headers['content-type'] ?? '');

// These may be large, and are streamed by the routes that take them; the older dialects take the fields of a form and no files.
const isStreamed = (req: Typed) => isMail(req) || isMultipart(req);

const readText = express.text({ type: (req) => !isStreamed(req), limit: BODY_LIMIT, defaultCharset: 'utf-8' });

/**
 * Reads JSON and form bodies whatever their declared type, since clients of old desks declare it wrongly or not at all:
 * what begins like JSON is JSON, all else is a form. A token inside moves to the Authorization header.
 */
export const readBody: RequestHandler[] = [
  (req: Request, res: Response, next: NextFunction) => {
    const { dialect } = req as DeskRequest;
    if (isStreamed(req) && !dialect) {
      next();
      return;
    }
    const timer = setTimeout(() => req.destroy(), BODY_TIMEOUT_MS);
    const done = (error?: unknown) => {
      clearTimeout(timer);
      next(error);
    };
    if (!isMultipart(req)) readText(req, res, done);
    else
      readMultipartFields(req).then((form) => {
        req.body = form;
        done();
      }, done);
  },
  (req: Request, _res: Response, next: NextFunction) => {
    const { dialect } = req as DeskRequest;
    if (isStreamed(req) && !dialect) {
      req.body = {};
    } else {
      const type = isMultipart(req) ? '' : (req.headers['content-type'] ?? '');
      const body = parseBody(typeof req.body === 'string' ? req.body : '', type, dialect?.readForm ?? parseForm);
      checkShape(body, BODY_LIMITS);
      req.body = dialect?.takeToken?.(req, body) ?? withoutToken(req as DeskRequest, body);
    }
    next();
  },
];

function parseBody(text: string, contentType: string, readForm: typeof parseForm): Record<string, unknown> {
  const trimmed = text.trim();
  if (trimmed === '') return {};
  const looksLikeJson = trimmed.startsWith('{') || trimmed.startsWith('[');
  return looksLikeJson || /json/i.test(contentType) ? parseJson(trimmed) : readForm(trimmed);
}

function parseJson(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new Unreadable('The body is not readable JSON');
  }
  if (parsed === null) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) throw new Unreadable('The body must be a JSON object');
  return parsed as Record<string, unknown>;
}

function withoutToken(req: DeskRequest, body: Record<string, unknown>): Record<string, unknown> {
  if (!('auth_token' in body)) return body;
  const { auth_token: token, ...remaining } = body;
  placeToken(req, typeof token === 'string' ? token : undefined);
  return remaining;
}
