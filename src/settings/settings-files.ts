import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../access/actor.js';
import { ENV, type Env } from '../config/env.js';
import { Seal } from '../platform/crypto/seal.js';
import { Invalid, NotFound, Unreadable } from '../platform/errors/app-errors.js';
import { BODY_LIMITS, checkShape } from '../platform/http/untrusted.js';
import { OutboundFailure } from '../platform/outbound-http/outbound-failure.js';
import { OutboundHttp } from '../platform/outbound-http/outbound-http.js';
import { readPairs, writePairs } from './settings-file.js';
import { Settings } from './settings.service.js';

const LINK_LIVES_MS = 60 * 60 * 1000;
const FETCH_MS = 10_000;
const MOST_BYTES = 1_000_000;
const PLACE = 'a link to settings';

interface Link {
  companyId: number;
  until: number;
}

/** Settings as files: one that is written when it is fetched, and those of others. */
@Injectable()
export class SettingsFiles {
  private readonly seal: Seal;

  constructor(
    @Inject(ENV) env: Env,
    private readonly settings: Settings,
    private readonly outbound: OutboundHttp,
  ) {
    this.seal = new Seal(env.APP_SECRET ?? '', 'settings links');
  }

  /** An address that nobody can guess, where the settings stand for an hour, with secrets masked. */
  link({ companyId, baseUrl }: Pick<Actor, 'companyId' | 'baseUrl'>): string {
    const link: Link = { companyId, until: Date.now() + LINK_LIVES_MS };
    return `${baseUrl}/settings_exports/${this.seal.close(JSON.stringify(link), PLACE).toString('base64url')}`;
  }

  /** What stands at such an address. Throws `NotFound` when it is none, or its hour is over. */
  async read(token: string): Promise<string> {
    const text = this.seal.open(Buffer.from(token, 'base64url'), PLACE);
    const link = text === null ? null : (JSON.parse(text) as Link);
    if (link === null || link.until < Date.now()) throw new NotFound('SettingsExport', token.slice(0, 20));
    return JSON.stringify(writePairs(await this.settings.all(link), true));
  }

  /**
   * Fetches a file from a public address and puts its settings in the place of those that are there; all or nothing, and masked secrets
   * stay. Throws `Invalid` when there is no such file there, or it holds what must not be set.
   */
  async load(actor: Actor, url: string): Promise<void> {
    const { given, replies } = readPairs(parse(await this.fetch(url)));
    await this.settings.change(actor, given, { replaces: true, replies });
  }

  private async fetch(url: string): Promise<string> {
    try {
      const { status, body } = await this.outbound.send({ url, timeoutMs: FETCH_MS, maxBytes: MOST_BYTES, beyond: 'refuse' });
      if (status !== 200) throw Invalid.field('file_url', `must lead to a file: the answer was ${status}`);
      return body.toString('utf8');
    } catch (error) {
      throw error instanceof OutboundFailure ? Invalid.field('file_url', `could not be fetched: ${error.message}`) : error;
    }
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    checkShape(value, BODY_LIMITS);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Unreadable)
      throw Invalid.field('file_url', 'must lead to a file of JSON');
    throw error;
  }
}
