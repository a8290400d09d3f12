import { All, Controller, Get, Next, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { NextFunction, Response } from 'express';
import { Public } from '../access/access.decorators.js';
import type { Actor } from '../access/actor.js';
import { Unauthenticated } from '../platform/errors/app-errors.js';
import type { DeskRequest } from '../platform/http/request.js';
import { presentError } from '../platform/http/rest-errors.filter.js';
import { OperatorSessions, type OperatorSession } from './operator-sessions.js';
import { Operators } from './operators.js';
import { dressPage } from './page-headers.js';
import { QueueBoard } from './queue-board.js';
import { refuseOtherSites } from './same-origin.js';
import { sessionPage, signInPage } from './session.page.js';

type OperatorRequest = DeskRequest & { user?: Actor };

interface SignedIn {
  operator: Actor;
  session: OperatorSession;
}

/** The page on which operators see the queues. It is for people and no part of the API; it checks by itself who asks, also by cookie. */
@ApiExcludeController()
@Controller()
export class QueuesController {
  constructor(
    private readonly operators: Operators,
    private readonly sessions: OperatorSessions,
    private readonly board: QueueBoard,
  ) {}

  @Get('queues/session')
  @Public()
  async showSession(@Req() req: OperatorRequest, @Res() res: Response): Promise<void> {
    dressPage(req, res);
    const signedIn = await this.signedIn(req, res);
    res.send(signedIn ? sessionPage(signedIn.operator, signedIn.session.endsAt) : signInPage());
  }

  /** A refusal is told on the form; what went wrong on our side is told as everywhere. */
  @Post('queues/session')
  @Public()
  async signIn(@Req() req: OperatorRequest, @Res() res: Response): Promise<void> {
    dressPage(req, res);
    try {
      refuseOtherSites(req);
      const operator = await this.operators.ofToken(req, res);
      this.sessions.open(operator, req, res);
      res.redirect(303, '/queues');
    } catch (error) {
      refuseOnForm(error, req, res);
    }
  }

  @Post('queues/session/end')
  @Public()
  signOut(@Req() req: OperatorRequest, @Res() res: Response): void {
    dressPage(req, res);
    refuseOtherSites(req);
    this.sessions.close(req, res);
    res.redirect(303, '/queues');
  }

  @All('queues{/*path}')
  @Public()
  async showBoard(@Req() req: OperatorRequest, @Res() res: Response, @Next() next: NextFunction): Promise<void> {
    dressPage(req, res);
    if (req.headers.authorization !== undefined) await this.showByToken(req, res, next);
    else await this.showBySession(req, res, next);
  }

  // Whoever opens the page with `auth_token` gets a session, since the page's own calls do not carry it.
  private async showByToken(req: OperatorRequest, res: Response, next: NextFunction): Promise<void> {
    const operator = await this.operators.ofToken(req, res);
    req.user = operator;
    if (req.tokenPlace === 'parameter' && isVisit(req)) {
      this.sessions.open(operator, req, res);
      res.redirect(303, req.url);
    } else await this.board.show(req, res, next);
  }

  private async showBySession(req: OperatorRequest, res: Response, next: NextFunction): Promise<void> {
    try {
      const signedIn = await this.signedIn(req, res);
      if (!signedIn && isVisit(req)) {
        res.send(signInPage());
        return;
      }
      if (!signedIn) throw new Unauthenticated('Sign in at /queues, or give a token');
      if (!isReading(req)) refuseOtherSites(req);
      req.user = signedIn.operator;
    } catch (error) {
      if (!isVisit(req)) throw error;
      refuseOnForm(error, req, res);
      return;
    }
    await this.board.show(req, res, next);
  }

  private async signedIn(req: OperatorRequest, res: Response): Promise<SignedIn | null> {
    const session = this.sessions.read(req);
    const operator = session && (await this.operators.ofSession(session, req, res));
    return session && operator ? { operator, session } : null;
  }
}

function refuseOnForm(error: unknown, req: OperatorRequest, res: Response): void {
  const { status, body, headers = {} } = presentError(error, req);
  if (status >= 500) throw error;
  res
    .status(status)
    .set(headers)
    .send(signInPage(String(body['error'])));
}

const isReading = ({ method }: OperatorRequest) => method === 'GET' || method === 'HEAD';

/** Somebody looks at the page with a browser, rather than a program or the page itself. */
function isVisit(req: OperatorRequest): boolean {
  return isReading(req) && req.accepts('json', 'html') === 'html';
}
