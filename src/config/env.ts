import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { dkimKey } from './dkim-key.js';

const flag = (unset: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'on', 'off'])
    .transform((value) => ['true', '1', 'on'].includes(value))
    .default(unset);

const port = (unset: number) => z.coerce.number().int().min(0).max(65535).default(unset);

const urlOf = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a URL beginning with ${protocols.join(' or ')}`,
  });

const ROLE_NAMES = ['api', 'worker', 'mail'] as const;
export type ProcessRole = (typeof ROLE_NAMES)[number];

const roles = z
  .string()
  .default(ROLE_NAMES.join(','))
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.enum(ROLE_NAMES)).min(1));

const commaList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

// ipaddr.js would also take `10/8`, which people read in more than one way.
const isCidr = (text: string) => isIP(text.split('/', 1)[0] ?? '') > 0 && !text.includes('%') && ipaddr.isValidCIDR(text);

const cidrList = commaList.pipe(z.array(z.string().refine(isCidr, { error: 'must be a CIDR range such as 10.20.0.0/16' })));

const isDnsServer = (text: string) => isIP(text.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/^([\d.]+):\d+$/, '$1')) > 0;

const DNS_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Every setting that the desk reads from its environment; `.env.example` explains each to operators. */
export const envSchema = z.object({
  PORT: port(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: urlOf('http:', 'https:').optional(),
  DATABASE_URL: urlOf('postgres:', 'postgresql:').optional(),
  REDIS_URL: urlOf('redis:', 'rediss:').optional(),
  DATA_DIR: z.string().default('.data'),
  ROLES: roles,
  APP_SECRET: z.string().min(32, 'must be at least 32 characters long').optional(),
  BOOTSTRAP_COMPANY: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be a host name label: lower-case letters, digits and hyphens')
    .default('demo'),
  BOOTSTRAP_ADMIN_EMAIL: z.email().default('admin@example.com'),
  BOOTSTRAP_ADMIN_TOKEN: z.string().min(16, 'must be at least 16 characters long').optional(),
  SMTP_URL: urlOf('smtp:', 'smtps:').optional(),
  DKIM_DOMAIN: z.string().toLowerCase().regex(DNS_NAME, 'must be a domain such as example.com').optional(),
  DKIM_SELECTOR: z.string().regex(DNS_NAME, 'must be a DNS label such as desk2026').optional(),
  DKIM_PRIVATE_KEY: dkimKey.optional(),
  INBOUND_MAIL_DOMAIN: z.string().default('inbound.localhost'),
  INBOUND_SMTP_PORT: port(2525),
  INBOUND_SMTP_KEY_FILE: z.string().optional(),
  INBOUND_SMTP_CERT_FILE: z.string().optional(),
  INBOUND_TRUSTED_RELAYS: cidrList,
  INBOUND_DNS_SERVERS: commaList.pipe(
    z.array(z.string().refine(isDnsServer, { error: 'must be an address such as 10.0.0.53 or 10.0.0.53:5353' })),
  ),
  STORAGE: z.enum(['disk', 's3']).default('disk'),
  S3_ENDPOINT: urlOf('http:', 'https:').optional(),
  S3_REGION: z.string().optional(),
  S3_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  TRUST_PROXY: z.string().default('false'),
  PHP_API_STRICT_STATUS: flag(false),
  RPC_ALWAYS_JSON: flag(false),
  RPC_DISABLED_FUNCTIONS: commaList,
  WEBHOOK_ALLOWED_CIDRS: cidrList,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  WEB_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(1),
  RATE_LIMITS: flag(true),
});

export type Env = z.infer<typeof envSchema>;

/** The injection token of the checked environment. */
export const ENV = Symbol('ENV');

export class BadEnvironment extends Error {}

/**
 * Checks the environment and fills in defaults; empty values count as unset.
 * Throws {@link BadEnvironment} whose message lists every problem, one a line.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const parsed = envSchema.safeParse(given);
  const problems = parsed.success
    ? missingTogether(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (!parsed.success || problems.length > 0)
    throw new BadEnvironment(`The environment is not usable:\n  ${problems.join('\n  ')}`);
  return parsed.data;
}

/** Rules that concern two settings at once. */
function missingTogether(env: Env): string[] {
  const problems: string[] = [];
  if (env.DATABASE_URL && !env.APP_SECRET) problems.push('APP_SECRET: is required when DATABASE_URL is set');
  if ((env.INBOUND_SMTP_KEY_FILE === undefined) !== (env.INBOUND_SMTP_CERT_FILE === undefined))
    problems.push('INBOUND_SMTP_KEY_FILE and INBOUND_SMTP_CERT_FILE: one is nothing without the other');
  const dkim = [env.DKIM_DOMAIN, env.DKIM_SELECTOR, env.DKIM_PRIVATE_KEY].filter((value) => value !== undefined);
  if (dkim.length % 3 > 0) problems.push('DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY: each is nothing without the others');
  // Better no start than files on a disk where nobody expects them.
  if (env.STORAGE === 's3') problems.push('STORAGE: s3 is reserved for a later version; only disk works so far');
  return problems;
}

/** Where clients reach a company's desk, without a trailing slash; `{company}` in PUBLIC_URL stands for its subdomain. */
export function publicUrl(env: Env, subdomain: string): string {
  const base = env.PUBLIC_URL ?? `http://localhost:${env.PORT}`;
  return base.replace('{company}', subdomain).replace(/\/+$/, '');
}
