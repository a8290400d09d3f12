import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { DeskRequest } from './request.js';

const SAFE_ID = /^[\w.-]{8,128}$/;

/** Gives every request an id, the caller's own when it is a harmless one, and answers it as `X-Request-Id`. */
export function requestId(req: Request, res: Response, next: NextFunction): void {
  const given = req.headers['x-request-id'];
  const id = typeof given === 'string' && SAFE_ID.test(given) ? given : randomUUID();
  (req as DeskRequest).id = id;
  res.setHeader('X-Request-Id', id);
  next();
}
