import DKIM from 'nodemailer/lib/dkim';
import { buffer } from 'node:stream/consumers';
import type { Env } from '../../config/env.js';

/** Vouches for mails from one domain, and from those below it; for no others, since nobody would believe it. */
export class DkimSigner {
  private constructor(
    private readonly domain: string,
    private readonly signer: DKIM,
  ) {}

  /** Null when the desk has no key. */
  static of({ DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY }: Env): DkimSigner | null {
    if (DKIM_DOMAIN === undefined || DKIM_SELECTOR === undefined || DKIM_PRIVATE_KEY === undefined) return null;
    const key = { domainName: DKIM_DOMAIN, keySelector: DKIM_SELECTOR, privateKey: DKIM_PRIVATE_KEY };
    return new DkimSigner(DKIM_DOMAIN, new DKIM(key));
  }

  /** The mail with a signature before it; as it is when its writer belongs to another domain. */
  async sign(raw: Buffer, from: string): Promise<Buffer> {
    const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
    if (domain !== this.domain && !domain.endsWith(`.${this.domain}`)) return raw;
    return buffer(this.signer.sign(raw));
  }
}
