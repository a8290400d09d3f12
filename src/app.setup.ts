import type { NestExpressApplication } from '@nestjs/platform-express';
import cors from 'cors';
import helmet from 'helmet';
import type { Logger } from 'pino';
import type { Duplex } from 'node:stream';
import { legacyDialects } from './compat/dialects.js';
import type { Env } from './config/env.js';
import { publishDocument } from './openapi.js';
import { readBody } from './platform/http/body.js';
import { etagOf } from './platform/http/etag.js';
import { normalizeUrl, readQuery } from './platform/http/request-forms.js';
import { requestId } from './platform/http/request-id.js';
import { requestLog } from './platform/http/request-log.js';

// A whole request: time enough for many large files over a slow line. Bodies that are no uploads have 30 s (see body.ts).
const REQUEST_TIMEOUT_MS = 15 * 60_000;
const SILENCE_TIMEOUT_MS = 60_000;
const HEADERS_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 65_000;
const PREFLIGHT_SECONDS = 86_400;

const EXPOSED_HEADERS = [
  ...['ETag', 'Idempotency-Replayed', 'Link', 'Location'],
  ...['RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'],
];

// Enough for Swagger UI, which is the only page; its styles are partly inline.
const CONTENT_SECURITY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
};

/** Everything between the socket and the routes, in the order in which a request meets it. */
export function setUpApp(app: NestExpressApplication, env: Env, logger: Logger): void {
  app.set('trust proxy', trustProxy(env.TRUST_PROXY));
  app.set('etag', etagOf);
  app.disable('x-powered-by');
  app.use(requestId);
  app.use(normalizeUrl);
  app.use(requestLog(logger));
  app.use(helmet({ contentSecurityPolicy: CONTENT_SECURITY, crossOriginResourcePolicy: { policy: 'cross-origin' } }));
  // Tokens are given with each call and never by a cookie, so that any site may call: it learns nothing that its visitor has not typed.
  app.use(cors({ origin: '*', maxAge: PREFLIGHT_SECONDS, exposedHeaders: EXPOSED_HEADERS }));
  app.use(legacyDialects(env));
  app.use(readQuery);
  app.use(...readBody);
  publishDocument(app);
}

/** Node's own time-outs are too generous for a public endpoint. Call it once the server listens. */
export function limitTime(app: NestExpressApplication): void {
  const server = app.getHttpServer();
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('clientError', refuseBrokenRequest);
  // A connection on which nothing moves is cut, also in the middle of an upload.
  server.setTimeout(SILENCE_TIMEOUT_MS);
}

function trustProxy(setting: string): boolean | number | string {
  if (setting === 'true' || setting === 'false') return setting === 'true';
  return /^\d+$/.test(setting) ? Number(setting) : setting;
}

// What Node's own parser refuses never becomes a request; it is answered in the shape of all errors.
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ error: 'The request could not be read' });
  const head = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
