import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Actor } from '../access/actor.js';
import { ENV, type Env } from '../config/env.js';
import { Seal } from '../platform/crypto/seal.js';

const COOKIE = 'polydesk_queues';
const PATH = '/queues';
const LASTS_MS = 30 * 60_000;
const PLACE = 'session of an operator';

/** By which token a session was opened, and until when it may last. */
export interface OperatorSession {
  companyId: number;
  tokenId: number;
  endsAt: Date;
}

/** Sessions on the page of the queues. They are kept by the browser alone: sealed under APP_SECRET, and without the token's secret. */
@Injectable()
export class OperatorSessions {
  private readonly seal: Seal;

  constructor(@Inject(ENV) env: Env) {
    this.seal = new Seal(env.APP_SECRET ?? '', 'sessions of operators');
  }

  /** Gives the browser a session of half an hour. */
  open({ companyId, tokenId }: Actor, req: Request, res: Response): void {
    const content = [companyId, tokenId, Date.now() + LASTS_MS].join(' ');
    const value = this.seal.close(content, PLACE).toString('base64url');
    res.cookie(COOKIE, value, { ...attributesOf(req), maxAge: LASTS_MS });
  }

  /** The session that the browser shows; null without one, with one that is over, and with one that we have not sealed. */
  read(req: Request): OperatorSession | null {
    const sealed = cookieOf(req);
    const content = sealed === undefined ? null : this.seal.open(Buffer.from(sealed, 'base64url'), PLACE);
    if (content === null) return null;
    const [companyId = 0, tokenId = 0, endsAt = 0] = content.split(' ').map(Number);
    return endsAt > Date.now() ? { companyId, tokenId, endsAt: new Date(endsAt) } : null;
  }

  /** Has the browser forget its session. */
  close(req: Request, res: Response): void {
    res.clearCookie(COOKIE, attributesOf(req));
  }
}

function attributesOf(req: Request): { httpOnly: true; sameSite: 'strict'; path: string; secure: boolean } {
  return { httpOnly: true, sameSite: 'strict', path: PATH, secure: req.secure };
}

function cookieOf(req: Request): string | undefined {
  const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}
