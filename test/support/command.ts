import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

let built: Promise<unknown> | undefined;

/** Runs one of the operator's programs as it is built, with these settings and nothing of our own environment, to its end. */
export async function runCommand(program: 'cli' | 'seed', args: string[], settings: Record<string, string>): Promise<Outcome> {
  await (built ??= promisify(execFile)(process.execPath, ['scripts/build.mjs']));
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  const child = spawn(process.execPath, [`dist/${program}.js`, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (outcome.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (outcome.stderr += chunk.toString()));
  // `close` comes when the last output has been read, `exit` may come before.
  [outcome.code] = (await once(child, 'close')) as [number | null];
  return outcome;
}

/** The secret that a command has printed. */
export function tokenIn({ stdout }: Outcome): string {
  return /API token:\s+(\S+)/.exec(stdout)?.[1] ?? '';
}
