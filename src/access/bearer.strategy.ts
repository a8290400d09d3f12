import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-http-bearer';
import type { Actor } from './actor.js';
import { Credentials } from './credentials.js';

/** Passport's bearer strategy; a token given as parameter has been moved to the Authorization header before it gets here. */
@Injectable()
export class BearerStrategy extends PassportStrategy(Strategy, 'bearer') {
  constructor(private readonly credentials: Credentials) {
    super({ passReqToCallback: true, realm: 'Polydesk' });
  }

  async validate(req: Request, token: string): Promise<Actor | false> {
    return (await this.credentials.actorOf(token, req.headers.host)) ?? false;
  }
}
