import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';

/** An answer that the database has already written as JSON: it goes to the socket without being parsed again. Blank headers are not sent. */
export class JsonText {
  constructor(
    readonly text: string,
    readonly headers: Record<string, string> = {},
  ) {}
}

@Injectable()
export class JsonTextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((body: unknown) => {
        if (!(body instanceof JsonText)) return body;
        const res = context.switchToHttp().getResponse<Response>();
        res.setHeader('Content-Type', 'application/json; charset=utf-8');
        for (const [name, value] of Object.entries(body.headers)) if (value !== '') res.setHeader(name, value);
        return body.text;
      }),
    );
  }
}
