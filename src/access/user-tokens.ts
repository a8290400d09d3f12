import { Inject, Injectable } from '@nestjs/common';
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { ENV, type Env } from '../config/env.js';

const KEY_BYTES = 32;
/** The original has forty hexadecimal digits, and so have the columns of its clients. */
const LETTERS = 40;

/** Whose token it is. It ends with his password, since it is made of that too. */
export interface TokenHolder {
  companyId: number;
  userId: number;
  passwordHash: string | null;
}

/** The tokens that the RPC shows for people: nothing is kept of them, and they are good for nothing but its `login`. */
@Injectable()
export class UserTokens {
  private readonly key: Buffer;

  constructor(@Inject(ENV) env: Env) {
    this.key = Buffer.from(hkdfSync('sha256', env.APP_SECRET ?? '', '', 'user tokens', KEY_BYTES));
  }

  /** The same each time for the same person and password. */
  userToken({ companyId, userId, passwordHash }: TokenHolder): string {
    const told = JSON.stringify([companyId, userId, passwordHash]);
    return createHmac('sha256', this.key).update(told).digest('hex').slice(0, LETTERS);
  }

  /** Whether this is the token of that person; takes as long for one as for the other. */
  isUserToken(given: string, holder: TokenHolder): boolean {
    const [expected, shown] = [Buffer.from(this.userToken(holder)), Buffer.from(given.trim().toLowerCase())];
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  }
}
