import {
  applyDecorators,
  Injectable,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { lastValueFrom, of, type Observable } from 'rxjs';
import type { Actor, Visitor } from './actor.js';
import { ApiFailure } from './failures.js';
import { RateLimits } from './rate-limits.js';

/** It stands behind the interceptor of idempotency keys: an answer that is only repeated opens no ticket, and costs no permit. */
@Injectable()
class TicketCreationLimit implements NestInterceptor {
  constructor(private readonly limits: RateLimits) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const req = http.getRequest<Request & { user?: Actor | Visitor }>();
    if (!req.user) throw new Error('RateLimited stands on a public route');
    return of(
      await this.limits.openingTicket(req.user, req, http.getResponse<Response>(), () =>
        lastValueFrom(next.handle(), { defaultValue: undefined }),
      ),
    );
  }
}

const LIMITS = { 'ticket-creation': TicketCreationLimit } satisfies Record<string, Type<NestInterceptor>>;

/** Holds a route to a limit of its own, beside the one on all requests with a token. Enforces and documents it. */
export function RateLimited(name: keyof typeof LIMITS): MethodDecorator {
  return applyDecorators(UseInterceptors(LIMITS[name]), ApiFailure(429));
}
