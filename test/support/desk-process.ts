import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { until } from './until.js';

/** The program as an operator starts it, in a process of its own. */
export interface DeskProcess {
  url: string;
  child: ChildProcess;
  /** Everything that it has printed. */
  output: () => string;
  /** Waits for its end and answers the exit code, or the signal that killed it. */
  ended: () => Promise<number | string | null>;
}

/**
 * Starts the built desk on a free port and waits until it serves; until it says that it is `ready`, where it opens no port; or for nothing.
 */
export async function startDeskProcess(
  settings: Record<string, string>,
  waits: 'serves' | 'ready' | false = 'serves',
): Promise<DeskProcess> {
  const port = settings['PORT'] ?? String(await freePort());
  // Several desks run at a time.
  const env = { PATH: process.env['PATH'] ?? '', PORT: port, INBOUND_SMTP_PORT: '0', ...settings };
  const child = spawn(process.execPath, ['--enable-source-maps', 'scripts/run.mjs', 'main'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
  const ended = async () => {
    const [code, signal] = await exit;
    return code ?? signal;
  };
  const url = `http://127.0.0.1:${port}`;
  if (waits) {
    const serves = () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    const isUp = () => (waits === 'ready' ? Promise.resolve(output.includes('"msg":"ready"')) : serves());
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    await until(async () => hasEnded() || (await isUp()), 'the start of the desk');
    if (hasEnded()) throw new Error(`the desk did not start:\n${output}`);
  }
  return { url, child, output: () => output, ended };
}

/** A TCP port that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
