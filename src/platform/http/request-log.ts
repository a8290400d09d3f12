import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { DeskRequest } from './request.js';

/** What the router and the guard leave on a request. */
interface Routed {
  method: string;
  url: string;
  route?: { path?: string };
  user?: { company: { subdomain: string }; userId: number | null };
}

/** One line per request: id, company, actor, route, status and milliseconds. Bodies, headers and tokens are never in it. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (req) => (req as DeskRequest).id,
    autoLogging: true,
    quietReqLogger: true,
    customAttributeKeys: { responseTime: 'ms', reqId: 'request_id' },
    // Its own serializers would read the query, which may be unreadable.
    wrapSerializers: false,
    serializers: { req: () => undefined, res: () => undefined },
    customLogLevel: (_req, res, error) => (error || res.statusCode >= 500 ? 'error' : 'info'),
    customSuccessMessage: () => 'request',
    customErrorMessage: () => 'request',
    // The filter has logged the cause already.
    customErrorObject: (_req, _res, _error, line: Record<string, unknown>) => ({ ...line, err: undefined }),
    customProps: (req, res) => {
      // It is asked at the beginning too, when there is nothing to say yet.
      if (!res.writableEnded) return {};
      const { method, url, route, user } = routed(req);
      return {
        method,
        route: route?.path,
        path: loggedPath(url),
        status: res.statusCode,
        company: user?.company.subdomain,
        actor: user?.userId,
      };
    },
  });
}

// What stands in a link of a mail opens something to whoever has it.
const TOKEN_IN_PATH = /(?<=\/(unsubscribe|uploads|settings_exports)\/)[^/]+/i;

function loggedPath(url: string): string | undefined {
  return url.split('?')[0]?.replace(TOKEN_IN_PATH, '[redacted]');
}

function routed(req: object): Routed {
  return req as Routed;
}
