import { types } from 'node:util';
import { errors } from 'undici';

/** `refused` is our own doing and comes before anything is sent; `failed` and `timeout` are the other side's, or the network's. */
export type OutboundFailureKind = 'refused' | 'failed' | 'timeout';

/** A request to a customer's address had no answer. The message is in words fit to show an admin, and tells nothing of our own network. */
export class OutboundFailure extends Error {
  constructor(
    readonly kind: OutboundFailureKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused',
  ECONNRESET: 'The connection was closed before an answer had come',
  EPIPE: 'The connection was closed before an answer had come',
  UND_ERR_SOCKET: 'The connection was closed before an answer had come',
  EHOSTUNREACH: 'The address could not be reached',
  ENETUNREACH: 'The address could not be reached',
  EADDRNOTAVAIL: 'The address could not be reached',
  EAFNOSUPPORT: 'The address could not be reached',
  EPROTO: 'A secure connection could not be made',
  UND_ERR_HEADERS_OVERFLOW: 'The head of the answer is too large',
};

const TIMEOUTS = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const NOT_SENT = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'ERR_INVALID_URL']);
// The names that OpenSSL's verification and node's check of the name have.
const BAD_CERTIFICATE = /CERT|_CRL|SIGNATURE|^INVALID_(CA|PURPOSE)$|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED/;

/** Says in our words what the network, TLS or HTTP has complained of. */
export function failureOf(error: unknown): OutboundFailure {
  if (error instanceof OutboundFailure) return error;
  // This error has no code at times.
  if (error instanceof errors.HTTPParserError) return new OutboundFailure('failed', 'The answer is not HTTP', { cause: error });
  const { code, message } = detailsOf(error);
  if (TIMEOUTS.has(code)) return new OutboundFailure('timeout', 'There was no connection in time', { cause: error });
  if (NOT_SENT.has(code)) return new OutboundFailure('refused', `The request cannot be sent: ${message}`, { cause: error });
  return new OutboundFailure('failed', wordsFor(code, message), { cause: error });
}

function wordsFor(code: string, message: string): string {
  if (BAD_CERTIFICATE.test(code)) return `The certificate is not valid: ${message}`;
  if (code.startsWith('ERR_SSL_')) return 'A secure connection could not be made';
  return WORDS[code] ?? (code === '' ? 'The exchange failed' : `The exchange failed (${code})`);
}

/** Several addresses that failed each in its own way come as one error, which has the code of the first. */
function detailsOf(error: unknown): { code: string; message: string } {
  if (!types.isNativeError(error)) return { code: '', message: '' };
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : '', message: error.message };
}
