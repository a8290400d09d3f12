import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

/** Something that speaks Redis in a process of its own, so that it can die like one. */
export interface RedisProcess {
  url: string;
  /** Kills it: no farewell, all connections break. */
  kill(): Promise<void>;
}

export async function startRedis(at = 0): Promise<RedisProcess> {
  const main = createRequire(import.meta.url).resolve('js-redis-server');
  const child = spawn(process.execPath, [main.replace(/index\.js$/, 'cli.js'), '--port', String(at)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  let port: string | undefined;
  for await (const chunk of child.stdout) {
    output += String(chunk);
    [, port] = /listening at [\d.]+:(\d+)/.exec(output) ?? [];
    if (port !== undefined) break;
  }
  if (port === undefined) throw new Error(`redis did not start: ${output}`);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { url: `redis://127.0.0.1:${port}`, kill };
}
