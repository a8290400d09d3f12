import { Inject, Injectable } from '@nestjs/common';
import { hash } from 'node:crypto';
import { ENV, type Env } from '../config/env.js';
import { Seal } from '../platform/crypto/seal.js';

/** What a login value tells. */
export interface LoginTicket {
  sessionId: number;
  userId: number;
  expiresAtMs: number;
  passwordMark: string;
}

const MOST_CHARACTERS = 1000;

/** The value that a browser keeps as its cookie `sb-login`: sealed, so that it tells nothing and nobody can make one up. */
@Injectable()
export class LoginValues {
  private readonly seal: Seal;

  constructor(@Inject(ENV) env: Env) {
    this.seal = new Seal(env.APP_SECRET ?? '', 'login values');
  }

  write(companyId: number, { sessionId, userId, expiresAtMs, passwordMark }: LoginTicket): string {
    return this.seal
      .close(JSON.stringify([sessionId, userId, expiresAtMs, passwordMark]), placeOf(companyId))
      .toString('base64url');
  }

  /** Null for what this desk has not written for the company, and for what has expired. */
  read(companyId: number, value: string): LoginTicket | null {
    if (value.length > MOST_CHARACTERS) return null;
    const told = this.seal.open(Buffer.from(value, 'base64url'), placeOf(companyId));
    if (told === null) return null;
    const [sessionId, userId, expiresAtMs, passwordMark] = JSON.parse(told) as [number, number, number, string];
    return expiresAtMs > Date.now() ? { sessionId, userId, expiresAtMs, passwordMark } : null;
  }
}

const placeOf = (companyId: number): string => `company ${companyId}`;

/** By this a login knows the password under which it was made, so that it ends with it. */
export function passwordMark(passwordHash: string | null): string {
  return hash('sha256', passwordHash ?? '', 'base64url').slice(0, 16);
}
