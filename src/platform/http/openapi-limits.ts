type Json = Record<string, unknown>;

/** What is told here of an operation. */
interface Operation {
  security?: Json[];
  parameters?: Json[];
  requestBody?: { content: Json };
  responses: Record<string, Json>;
}

const failure = (description: string, headers: Json = {}) => ({
  description,
  headers,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/FailureView' } } },
});

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } };

/** The headers that many operations share, by name. */
export const SHARED_HEADERS: Record<string, Json> = {
  RateLimit: {
    description: 'Every limit that this request counts against: `r` requests are left for the next `t` seconds.',
    schema: { type: 'string' },
    example: '"default";r=1199;t=60',
  },
  'RateLimit-Policy': {
    description: 'The same limits in general: `q` requests in any window of `w` seconds, which begins with its first request.',
    schema: { type: 'string' },
    example: '"default";q=1200;w=60',
  },
  'Idempotency-Replayed': {
    description: '`true` when this is the answer to an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
};

const shared = (...names: (keyof typeof SHARED_HEADERS)[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Makes it safe to send a request again. The same key with the same request gets the first answer again, marked `Idempotency-Replayed: true`; ' +
    'with another request 422, and 409 while the first one is being carried out. The change, the key and the answer are stored as one: whatever ' +
    'crashes, nothing is done twice. A key belongs to the token (without one to the address) and the route and is kept for 24 hours. ' +
    'Answers 5xx and 429 are not kept.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
  example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
};

/** Documents the limit on requests with a token. */
export function documentRateLimits(operation: Operation): void {
  if (!takesToken(operation)) return;
  operation.responses['429'] ??= failure('Too many requests with this token, or wrong tokens from this address.', RETRY_AFTER);
  addHeaders(operation, /^(2..|429)$/, shared('RateLimit', 'RateLimit-Policy'));
}

/** Documents `Idempotency-Key`, which every POST takes but uploads and those that belong to no company. */
export function documentIdempotency(method: string, operation: Operation): void {
  if (method !== 'post' || !takesToken(operation) || operation.requestBody?.content['multipart/form-data']) return;
  operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  operation.responses['409'] ??= failure('A request with the same `Idempotency-Key` is being carried out.');
  operation.responses['422'] ??= failure('The `Idempotency-Key` was used for another request.');
  addHeaders(operation, /^2..$/, shared('Idempotency-Replayed'));
}

function takesToken({ security = [] }: Operation): boolean {
  return security.some((scheme) => Object.keys(scheme).length > 0);
}

function addHeaders({ responses }: Operation, statuses: RegExp, headers: Json): void {
  for (const [status, response] of Object.entries(responses)) {
    if (statuses.test(status)) response['headers'] = { ...(response['headers'] as Json | undefined), ...headers };
  }
}
