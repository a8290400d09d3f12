import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { AnsweredTransaction } from '../platform/database/answered-transaction.js';
import { Conflict } from '../platform/errors/app-errors.js';
import { presentError, presentRestError } from '../platform/http/rest-errors.filter.js';
import { IdempotencyKeys, KeyTaken, type KeptAnswer, type KeyedRequest } from '../platform/idempotency/idempotency-keys.js';
import { LOGGER } from '../platform/logging/logger.js';
import { keyedRequest, type RequestOfCaller } from './keyed-request.js';

/** What a repeated answer shows again; the other headers belong to each request. */
const KEPT_HEADERS = ['Content-Type', 'ETag', 'Link', 'Location'];
const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };

/**
 * `Idempotency-Key` on POST: the same key with the same request gets the first answer again, and the change is made once.
 *
 * A change, the key and the answer are one commit ({@link AnsweredTransaction}): after a crash at any moment a repetition either finds
 * all of them and gets the answer, or finds nothing and is carried out. Only where a route opens several transactions, or waits for
 * something else after the first, is the key committed before the answer; if the process dies in between, a repetition is refused with
 * 409 until the key is forgotten, and never carried out twice. Answers 5xx and 429 are not kept: nothing has been changed then, and
 * trying again is what they ask for.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly keys: IdempotencyKeys,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const req = context.switchToHttp().getRequest<RequestOfCaller>();
    const request = keyedRequest(req);
    if (request === null) return next.handle();
    const res = context.switchToHttp().getResponse<Response>();
    return of(await this.once(request, req, res, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }

  private async once(
    request: KeyedRequest,
    req: RequestOfCaller,
    res: Response,
    handle: () => Promise<unknown>,
  ): Promise<unknown> {
    const kept = await this.keys.find(request);
    if (kept) return repeat(res, kept);
    const transaction = new AnsweredTransaction((em) => this.keys.claim(em, request));
    try {
      const body = await transaction.during(handle);
      await this.keepSuccess(transaction, request, answerOf(res, body));
      return body;
    } catch (error) {
      if (error instanceof KeyTaken) return this.answerOfOther(request, res);
      await this.keepFailure(transaction, request, error, req).catch((cause: unknown) => {
        this.logger.warn({ err: cause }, 'the answer to a keyed request was not kept');
      });
      throw error;
    }
  }

  private async keepSuccess(transaction: AnsweredTransaction, request: KeyedRequest, answer: KeptAnswer): Promise<void> {
    const end = await transaction.finish((em) => this.keys.keep(em, request, answer));
    if (end !== 'taken') await this.keepBeside(request, answer, end === 'committed');
  }

  // A handler that fails after its transaction takes it back if that is still possible: an error should mean that nothing has changed.
  private async keepFailure(
    transaction: AnsweredTransaction,
    request: KeyedRequest,
    error: unknown,
    req: RequestOfCaller,
  ): Promise<void> {
    const isCommitted = await transaction.abandon();
    // Other dialects may answer 200 to everything.
    const cause = presentRestError(error, req).status;
    if (cause >= 500 || cause === 429) return;
    const { status, headers = {}, body } = presentError(error, req);
    const answer = { status, headers: { ...headers, ...JSON_TYPE }, body: JSON.stringify(body) };
    await this.keepBeside(request, answer, isCommitted);
  }

  private async keepBeside(request: KeyedRequest, answer: KeptAnswer, isClaimed: boolean): Promise<void> {
    if (isClaimed) await this.keys.keepLate(request, answer);
    else await this.keys.keepAlone(request, answer);
  }

  /** Somebody has claimed the key after we had looked for it. */
  private async answerOfOther(request: KeyedRequest, res: Response): Promise<unknown> {
    const kept = await this.keys.find(request);
    if (!kept) throw new Conflict('A request with this Idempotency-Key is being carried out');
    return repeat(res, kept);
  }
}

function repeat(res: Response, { status, headers, body }: KeptAnswer): string | undefined {
  res.status(status).set({ ...headers, 'Idempotency-Replayed': 'true' });
  return body ?? undefined;
}

function answerOf(res: Response, body: unknown): KeptAnswer {
  const answer = { status: res.statusCode, headers: headersOf(res) };
  if (body === undefined || body === null) return { ...answer, body: null };
  if (typeof body === 'string') return { ...answer, body };
  return { ...answer, headers: { ...answer.headers, ...JSON_TYPE }, body: JSON.stringify(body) };
}

function headersOf(res: Response): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = res.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return headers;
}
