import { Inject, Injectable } from '@nestjs/common';
import { ENV, type Env } from '../config/env.js';
import { Seal } from '../platform/crypto/seal.js';

/** Keeps what an endpoint is shown, and nobody else: its secrets, and its headers, which may hold others' secrets. */
@Injectable()
export class WebHookSecrets {
  private readonly seal: Seal;

  constructor(@Inject(ENV) env: Env) {
    this.seal = new Seal(env.APP_SECRET ?? '', 'web hooks');
  }

  close(companyId: number, text: string): Buffer {
    return this.seal.close(text, placeOf(companyId));
  }

  /** Throws when it was sealed under another APP_SECRET. */
  open(companyId: number, sealed: Buffer): string {
    const text = this.seal.open(sealed, placeOf(companyId));
    if (text === null) throw new Error('a secret of a webhook was sealed under another APP_SECRET');
    return text;
  }
}

const placeOf = (companyId: number) => `web hook of company ${companyId}`;
