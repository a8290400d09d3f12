import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs one of the operator's programs as it is built, with these settings and nothing of our own environment, to its end. */
export async function runCommand(program: 'cli' | 'seed', args: string[], settings: Record<string, string>): Promise<Outcome> {
  const env = { PATH: process.env['PATH'] ?? '', ...settings };
  const child = spawn(process.execPath, ['--enable-source-maps', 'scripts/run.mjs', program, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
