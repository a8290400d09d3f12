import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const FEWEST_BITS = 1024;

/** A private key in PEM, or the path of the file that holds it; becomes the PEM. No message repeats what was given, since it may be the key. */
export const dkimKey = z.string().transform((given, context) => {
  const fail = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const pem = pemOf(given);
  if (pem === null) return fail('must be a private key in PEM or the path of a readable file with one');
  const key = keyOf(pem);
  if (key?.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < FEWEST_BITS)
    return fail(`must be an RSA private key in PEM of at least ${FEWEST_BITS} bits, without a passphrase`);
  return pem;
});

function pemOf(given: string): string | null {
  // Where a setting is one line, its line ends are written out.
  if (given.trimStart().startsWith('-----BEGIN')) return given.replaceAll('\\n', '\n');
  try {
    return readFileSync(given, 'utf8');
  } catch {
    return null;
  }
}

function keyOf(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}
