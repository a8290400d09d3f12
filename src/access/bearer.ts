import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import passport from 'passport';
import { Strategy, type VerifyFunctionWithRequest } from 'passport-http-bearer';
import { Unauthenticated } from '../platform/errors/app-errors.js';
import type { Actor } from './actor.js';
import { Credentials } from './credentials.js';

/** Passport's bearer strategy; a token given as parameter has been moved to the Authorization header before it gets here. */
@Injectable()
export class Bearer {
  // Not passport's own global: each desk of a process looks tokens up in its own database.
  private readonly passport = new passport.Authenticator();

  constructor(private readonly credentials: Credentials) {
    const verify: VerifyFunctionWithRequest = (req, token, done) => {
      this.credentials.actorOf(token, req.headers.host).then(
        (actor) => done(null, actor ?? false),
        (error: unknown) => done(error),
      );
    };
    this.passport.use(new Strategy({ passReqToCallback: true, realm: 'Polydesk' }, verify));
  }

  /** Who holds the token of the request. Throws `Unauthenticated`. */
  async actorOf(req: Request, res: Response): Promise<Actor> {
    const actor = await new Promise<Actor | false>((resolve, reject) => {
      const answer = (error: unknown, user?: Actor | false) => {
        if (error) reject(error instanceof Error ? error : new Error('the token could not be looked up', { cause: error }));
        else resolve(user ?? false);
      };
      const authenticate = this.passport.authenticate('bearer', { session: false }, answer) as (
        req: Request,
        res: Response,
        next: (error?: unknown) => void,
      ) => void;
      // Passport would also look for `access_token`, which means nothing here, in query and body.
      authenticate(Object.create(req, { query: { value: {} }, body: { value: {} } }) as Request, res, answer);
    });
    if (!actor) throw new Unauthenticated('The token is unknown, expired or revoked');
    return actor;
  }
}
